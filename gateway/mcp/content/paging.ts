import { VX11Error } from '../../../contracts/errors.ts';
import { bytesOf } from './fit.ts';

/** A cursor of a list. Throws `invalid` if it is none. */
export function cursorOf(cursor: string, form: RegExp): string {
  if (form.test(cursor)) return cursor;
  const problem = 'must be the next_cursor of the last answer';
  throw new VX11Error('invalid', `cursor: ${problem}`, { fields: [{ field: 'cursor', problem }] });
}

/** The room for the data of a list, in bytes of JSON: a result has 16 KiB of text. */
export const mostData = 14_000;

/** Loads a page that fits into a result: with half the items if it does not, and so on. */
export async function fittingPage<T>(
  limit: number,
  load: (limit: number) => Promise<T>,
): Promise<T> {
  const page = await load(limit);
  if (limit === 1 || bytesOf(page) <= mostData) return page;
  return fittingPage(Math.floor(limit / 2), load);
}

export const olderOnes = ' There are older ones: pass next_cursor.';
