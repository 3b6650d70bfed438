const two = (value: number): string => String(value).padStart(2, '0');

/** A place in a song, in seconds: `1:02.4`, or `1:02` in whole ones. */
export function placeText(seconds: number, digits: 0 | 1 | 2 = 1): string {
  const scale = 10 ** digits;
  const whole = Math.round(seconds * scale);
  const rest = (whole % (60 * scale)) / scale;
  const [full, part] = rest.toFixed(digits).split('.');
  return `${Math.floor(whole / (60 * scale))}:${two(Number(full))}${part === undefined ? '' : `.${part}`}`;
}

/** A figure with its unit; a dash where there is nothing to measure. */
export const figureText = (value: number | null, unit: string, digits = 1): string =>
  value === null ? '–' : `${value.toFixed(digits).replace('-', '−')} ${unit}`;
