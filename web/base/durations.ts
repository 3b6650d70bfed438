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
