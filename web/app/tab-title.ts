const icon = (waiting: number): string => {
  const dot = waiting > 0 ? '<circle cx="24" cy="8" r="8" fill="#c2410c"/>' : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#3d44a8"/><path d="M8 9l8 15L24 9" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/>${dot}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
};

/** Shows in the tab how many plans wait, also while nobody looks at it. */
export function showWaiting(waiting: number): void {
  document.title = waiting > 0 ? `(${waiting}) VX11` : 'VX11';
  document.querySelector<HTMLLinkElement>('link[rel="icon"]')!.href = icon(waiting);
}
