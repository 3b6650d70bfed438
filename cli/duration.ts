const form = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;
const unitSeconds = [86_400, 3_600, 60, 1];

/** Parses a duration such as `90s`, `10m` or `1h30m` into whole seconds; null for anything else, including '' and zero. */
export function parseDuration(text: string): number | null {
  const parts = form.exec(text)?.slice(1);
  if (!parts) return null;
  const seconds = parts.reduce((sum, part, at) => sum + Number(part ?? 0) * unitSeconds[at]!, 0);
  return seconds > 0 ? seconds : null;
}

/** Formats seconds in the two largest units, such as `1h 30m`, `9m 59s` or `0s`. */
export function showDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3_600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}
