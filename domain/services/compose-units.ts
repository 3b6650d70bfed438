/** Compose prints microseconds as `µs`, however the file spells them. */
const unitMs: Record<string, number> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const unitBytes: Record<string, number> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/**
 * Parses a duration in Compose's format (`90s`, `1m30s`, `1h`) to ms.
 * @returns null for any other text
 */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(us|µs|ms|s|m|h))+$/.test(text)) return null;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(us|µs|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit!]!, 0);
}

/**
 * Parses a size in Compose's format (`512m`, `2gb`, `1048576`) to bytes.
 * @returns null for any other text
 */
export function parseBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(?:([bkmg])b?)?$/i.exec(text);
  if (match === null) return null;
  return Math.floor(Number(match[1]) * unitBytes[(match[2] ?? 'b').toLowerCase()]!);
}

/**
 * Parses a setting of the compose file.
 * @returns null if it is not set
 * @throws Error that names the setting and what it should be
 */
export function parseSetting(
  text: string | undefined,
  where: string,
  parse: (text: string) => number | null,
  wanted: string,
): number | null {
  if (text === undefined) return null;
  const value = parse(text);
  if (value === null) throw new Error(`${where}: "${text}" is not ${wanted}`);
  return value;
}

/** A size setting in bytes. @throws Error that names it */
export const bytesOf = (text: string | undefined, where: string): number | null =>
  parseSetting(text, where, parseBytes, 'a size such as 512m or 2gb');
