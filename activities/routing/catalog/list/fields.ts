import { z } from 'zod';
import type { TokenPrice } from '../../../../contracts/routing.ts';
import { ListError } from './list-error.ts';

/** A field that is left out if it is not what it should be: one odd row, or field, spoils no list. */
const lenient = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);

export const modelName = z.string().min(1).max(135).regex(/^\S+$/);
export const tokenCount = lenient(z.number().int().min(1).max(100_000_000));
export const words = lenient(z.array(z.string()));
export const flag = lenient(z.boolean());
export const word = lenient(z.string());
/** A number, or its digits. */
export const amount = lenient(z.coerce.number().min(0));
export const group = <T extends z.ZodRawShape>(shape: T) => lenient(z.object(shape));

/** Rows that fit; the others are left out. More than 2,000 are no list of models. @throws ListError */
export function rowsOf<T extends z.ZodType>(rows: unknown, schema: T): z.output<T>[] {
  if (!Array.isArray(rows)) throw new ListError('its answer is no list of models');
  if (rows.length > 2000) throw new ListError('it lists more than 2,000 models');
  return rows.flatMap((row) => {
    const parsed = schema.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  });
}

/** More than this for a million tokens is a mistake in the unit. */
const dearest = 2000;

/** USD for a million tokens; null if a part is missing, or 0, which lists say of what they do not know. */
export function priceOf(
  input: number | null | undefined,
  output: number | null | undefined,
  cached: number | null | undefined,
  factor: number,
): TokenPrice | null {
  const usd = (value: number | null | undefined): number =>
    Number(((value ?? 0) * factor).toPrecision(6));
  const [known, out] = [usd(input), usd(output)];
  // written so that what is no number fails it too
  if (![known, out].every((value) => value > 0 && value <= dearest)) return null;
  const warm = usd(cached);
  return { in: known, out, cached: warm > 0 && warm <= known ? warm : known };
}

/** The first that is known. */
export const firstOf = (...values: (number | null | undefined)[]): number | null =>
  values.find((value) => typeof value === 'number') ?? null;
