import type { z } from 'zod';
import { VX11Error } from '../contracts/errors.ts';

/**
 * Checks what a role reports before it is stored.
 * @throws `invalid`, which is not retried: the same report would come again
 */
export function checkedReport<T>(schema: z.ZodType<T>, reported: unknown, role = 'hermes'): T {
  const { success, data, error } = schema.safeParse(reported);
  if (success) return data;
  const [issue] = error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new VX11Error(
    'invalid',
    `${role} reported what nobody may store: ${where} ${issue?.message}`,
  );
}
