const place = 'vx11.reloaded';
/** A second reload within this time would not help either. */
const againMs = 30_000;

/** Reloads the page, unless it has just done so. @returns whether it does */
export function reloadOnce(): boolean {
  const last = Number(sessionStorage.getItem(place) ?? 0);
  if (Date.now() - last < againMs) return false;
  sessionStorage.setItem(place, String(Date.now()));
  location.reload();
  return true;
}

/** Whether a reload would lose what somebody has typed. */
export const hasDraft = (): boolean =>
  document.querySelector('dialog[open]') !== null ||
  [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('textarea, input')].some(
    (field) =>
      field.type !== 'radio' &&
      field.type !== 'checkbox' &&
      field.value !== '' &&
      field.value !== field.defaultValue,
  );
