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

/** A share from 0 to 1 in whole percent. Only a whole one is 100 %. */
export const percentOf = (share: number): string =>
  `${share < 1 ? Math.min(99, Math.round(100 * share)) : 100} %`;

/** Money: `2.41 USD`, `0.014 USD`, `0.0000034 USD`: two digits that count below a cent. */
export function usd(amount: number): string {
  if (amount === 0) return '0 USD';
  const digits = amount >= 1 ? 2 : Math.min(9, Math.max(3, 1 - Math.floor(Math.log10(amount))));
  return `${amount.toFixed(digits)} USD`;
}
