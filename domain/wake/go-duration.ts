const unitNs: Record<string, number> = {
  ns: 1,
  us: 1000,
  µs: 1000,
  μs: 1000,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
/** Go counts nanoseconds in 64 bits. */
const mostNs = 2 ** 63;

const whole = /^([-+]?)(?:0|((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+))$/;
const parts = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/**
 * Parses a duration as Go's `time.ParseDuration` does (`5m0s`, `1h2m3.5s`, `-1.5h`, `0`), to ms.
 * @returns null for any other text
 */
export function parseGoDuration(text: string): number | null {
  const match = whole.exec(text);
  if (match === null) return null;
  const [, sign, amounts = ''] = match;
  const ns = [...amounts.matchAll(parts)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * unitNs[unit!]!,
    0,
  );
  if (ns >= mostNs) return null;
  return (sign === '-' && ns !== 0 ? -ns : ns) / 1e6;
}

/** Formats whole milliseconds as Go prints a duration: `1m30s`, `1h0m0s`, `1.5s`, `250ms`. */
export function goDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1000) return `${ms}ms`;
  const seconds = `${(ms % 60_000) / 1000}s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes % 60}m${seconds}`;
}
