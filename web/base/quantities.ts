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
