const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const two = (value: number): string => String(value).padStart(2, '0');

/** Time left, in ms: `12:31` below an hour, `2 h 05` above, `3 d 4 h` above two days; never negative. */
export function countdown(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms / second)) * second;
  if (whole < hour) return `${Math.floor(whole / minute)}:${two((whole % minute) / second)}`;
  if (whole < 2 * day)
    return `${Math.floor(whole / hour)} h ${two(Math.floor((whole % hour) / minute))}`;
  return `${Math.floor(whole / day)} d ${Math.floor((whole % day) / hour)} h`;
}

/** A measured duration, in ms: `0.04 s`, `4.2 s`, `12 s`, `2 min 05 s`, `10 min`, `3 h 20 min`, `4 d`. */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size < second) return `${(size / second).toFixed(2)} s`;
  if (size < 10 * second) return `${(size / second).toFixed(1).replace(/\.0$/, '')} s`;
  if (size < minute) return `${Math.round(size / second)} s`;
  if (size < hour) return joined(size, [minute, 'min'], [second, 's']);
  if (size < 2 * day) return joined(size, [hour, 'h'], [minute, 'min']);
  return `${Math.floor(size / day)} d`;
}

type Unit = readonly [ms: number, name: string];

/** A size in two units; a second one of zero is left out. */
function joined(size: number, [large, name]: Unit, [small, smaller]: Unit): string {
  const rest = Math.floor((size % large) / small);
  const first = `${Math.floor(size / large)} ${name}`;
  return rest === 0 ? first : `${first} ${two(rest)} ${smaller}`;
}

/** How long ago, coarse: `12 s`, `3 min`, `2 h`, `5 d`. */
export function coarse(ms: number): string {
  const size = Math.max(0, ms);
  if (size < minute) return `${Math.floor(size / second)} s`;
  if (size < hour) return `${Math.floor(size / minute)} min`;
  if (size < 2 * day) return `${Math.floor(size / hour)} h`;
  return `${Math.floor(size / day)} d`;
}

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

/** A size in bytes: `1.2 GB`, `340 MB`, `12 kB`; decimal, as Docker writes it. */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = size;
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(value) >= 100 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${units[unit]}`;
}

/** At most one decimal: `2`, `2.5`. */
export const decimal = (value: number): string => String(Math.round(value * 10) / 10);

/** An id or hash with its middle left out: `window-843a…c31d`. */
export function shortId(id: string): string {
  const dash = id.indexOf('-') + 1;
  const rest = id.slice(dash);
  return rest.length <= 10 ? id : `${id.slice(0, dash + 4)}…${rest.slice(-4)}`;
}
