import { z } from 'zod';
import { instant } from './text.ts';
import { tokenScope } from './token.ts';

/** What the request for a web session may say: the code of a link, where no token is sent. */
export const startWebSessionBody = z.strictObject({
  code: z
    .string()
    .regex(/^[\w-]{22}$/, 'must be the code of a link')
    .optional(),
});

/** Who calls: through a web session, or with a token alone. */
export const webSessionView = z.strictObject({
  session_id: z.string().nullable().meta({ description: 'Null for a token alone' }),
  token_id: z.string(),
  name: z.string(),
  scope: tokenScope,
  expires_at: instant.nullable(),
});
export type WebSessionView = z.infer<typeof webSessionView>;

/** A new web session; its cookie is in the header. */
export const webSessionStarted = z.strictObject({
  session_id: z.string(),
  name: z.string(),
  scope: tokenScope,
  expires_at: instant,
  proof: z.string().meta({ description: 'Shown only once; send it as X-VX11-Session' }),
});

export const webSessionEnded = z.strictObject({ ended: z.literal(true) });

/** A link that signs a browser in, once. */
export const webSessionLink = z.strictObject({
  code: z.string(),
  expires_at: instant,
  path: z.string().meta({ description: 'The page that exchanges the code' }),
});
