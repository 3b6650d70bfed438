/** The name of a zone as the tz database spells it. Throws an error that says what to write. */
export function zoneOf(name: string): string {
  try {
    if (/^[A-Z]/i.test(name))
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // not a zone
  }
  throw new Error(`"${name}" is no time zone; write one such as Europe/Madrid, or UTC`);
}

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const fresh = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    ...({ year: 'numeric', month: '2-digit', day: '2-digit' } as const),
    ...({ hour: '2-digit', minute: '2-digit', second: '2-digit' } as const),
  });
  formats.set(timeZone, fresh);
  return fresh;
};

/** An instant, in epoch ms, as clocks of the zone show it: `2026-03-29T02:30:00`. */
export const localTime = (at: number, zone: string): string =>
  formatOf(zone).format(at).replace(' ', 'T');

/** How far clocks of the zone are ahead of UTC at an instant, in ms. */
export const offsetMs = (at: number, zone: string): number =>
  Date.parse(`${localTime(at, zone)}Z`) - Math.floor(at / 1000) * 1000;

/** An instant with the zone's offset: `2026-03-29T03:00:00+02:00`. */
export function localInstant(at: number, zone: string): string {
  const minutes = Math.round(offsetMs(at, zone) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${localTime(at, zone)}${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`;
}
