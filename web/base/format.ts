export type Zone = 'local' | 'utc';
const zoneOf = (zone: Zone): { timeZone?: string } => (zone === 'utc' ? { timeZone: 'UTC' } : {});

const formats = new Map<string, Intl.DateTimeFormat>();
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language, options);
  formats.set(key, known);
  return known;
}

const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** Clock time with seconds, such as `17:14:09`. */
export const clockTime = (at: number, zone: Zone): string =>
  format('en-GB', { ...clock, ...zoneOf(zone) }).format(at);

const dayOf = (at: number, zone: Zone): string =>
  format('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zoneOf(zone) }).format(
    at,
  );

/** Clock time, with the day before it if that is not today's. */
export function shortTime(at: number, now: number, zone: Zone, language: string): string {
  if (dayOf(at, zone) === dayOf(now, zone)) return clockTime(at, zone);
  const date = format(language, { day: 'numeric', month: 'short', ...zoneOf(zone) }).format(at);
  return `${date}, ${clockTime(at, zone).slice(0, 5)}`;
}

/** Date, clock time and zone in full, for titles. */
export const fullTime = (at: number, zone: Zone, language: string): string =>
  format(language, {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    ...clock,
    timeZoneName: 'short',
    ...zoneOf(zone),
  }).format(at);

/** An id or hash with its middle left out: `window-843a…c31d`. */
export function shortId(id: string): string {
  const dash = id.indexOf('-') + 1;
  const rest = id.slice(dash);
  return rest.length <= 10 ? id : `${id.slice(0, dash + 4)}…${rest.slice(-4)}`;
}
