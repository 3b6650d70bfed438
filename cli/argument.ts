import { InvalidArgumentError } from 'commander';
import { parseDuration } from './duration.ts';

/** Parses a duration such as `10m` into whole seconds. */
export function durationArgument(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === null)
    throw new InvalidArgumentError('Give a duration such as 90s, 10m or 1h30m.');
  return seconds;
}

/** Returns a parser for a whole number from `least` to `most`. */
export const numberArgument =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    return value;
  };

/** Returns a parser for a number from `least` to `most`, with a sign and a fraction. */
export const decimalArgument =
  (least: number, most: number, unit: string) =>
  (text: string): number => {
    const value = /^[+-]?\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give ${unit} from ${least} to ${most}.`);
  };

/** Parses `NAME=value`, and adds it to the earlier ones of a repeatable option. */
export function pairArgument(
  text: string,
  earlier: Record<string, string> = {},
): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give NAME=value.');
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}
