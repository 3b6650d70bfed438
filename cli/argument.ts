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
