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

export const createTokenBody = z.strictObject({
  name: tokenName,
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
