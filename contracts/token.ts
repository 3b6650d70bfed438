import { z } from 'zod';
import { instant } from './text.ts';

/** What a token may do: read, open and close windows, or also hold windows and mind tokens. Each includes those before. */
export const tokenScope = z.enum(['viewer', 'operator', 'admin']);
export type TokenScope = z.infer<typeof tokenScope>;

export const tokenName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._@-]*$/, 'letters, digits, space and . _ @ - only');

/** Parts of VX11 that act under their own name in the log, in receipts and in plans: nobody else is called so. */
const actors = [
  'madre',
  'guard',
  'settle_loop',
  'Temporal',
  'autonomy',
  'engine',
  'retention',
  'gateway',
  'tentaculo_link',
  'spawner',
  'system',
  'vx11',
];

const lookAlikes: Record<string, string> = {
  0: 'o',
  1: 'l',
  i: 'l',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
};

/** What of a name people tell apart: neither case nor what stands between words. */
export const nameKeyOf = (name: string): string => name.toLowerCase().replaceAll(/[ ._@-]/g, '');

/** The same without digits that pass for letters. */
const skeletonOf = (name: string): string =>
  nameKeyOf(name).replaceAll(/[01i3457]/g, (char) => lookAlikes[char]!);

const reserved = new Set(actors.map(skeletonOf));

/** Whether a token may have this name, or it is, or looks like, that of a part of VX11. */
export const nameIsFree = (name: string): boolean => !reserved.has(skeletonOf(name));

export const createTokenBody = z.strictObject({
  name: tokenName.refine(nameIsFree, 'is the name of a part of VX11; choose another one'),
  scope: tokenScope,
  expires_in_seconds: z.int().min(60).max(31_536_000).optional(),
  rotates: z
    .string()
    .max(64)
    .regex(/^token-[0-9a-f]{8,}$/)
    .optional()
    .meta({
      description: 'The token that this one replaces; the old one stays valid for overlap_seconds',
    }),
  overlap_seconds: z.int().min(0).max(86_400).optional(),
});

/** A token as lists show it: never its secret. */
export const tokenView = z.strictObject({
  token_id: z.string(),
  name: z.string(),
  scope: tokenScope,
  created_at: instant,
  expires_at: instant.nullable(),
  revoked_at: instant.nullable(),
  last_used_at: instant.nullable(),
});
export type TokenView = z.infer<typeof tokenView>;

export const createTokenAnswer = z.strictObject({
  ...tokenView.shape,
  token: z.string().meta({ description: 'Shown this once; only its SHA-256 is kept' }),
});

export const tokenListAnswer = z.strictObject({ tokens: z.array(tokenView) });
