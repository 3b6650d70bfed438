import { z } from 'zod';
import { instant } from './text.ts';

/**
 * The rights of a token. `viewer` reads, `agent` also proposes plans through /mcp, `operator` also opens and closes windows
 * and confirms plans, `admin` also holds windows and manages tokens.
 */
export const tokenScope = z.enum(['viewer', 'agent', 'operator', 'admin']);
export type TokenScope = z.infer<typeof tokenScope>;

export const tokenName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._@-]*$/, 'letters, digits, space and . _ @ - only');

/** Components that act under their own name in logs, receipts and plans; no token may use these names. */
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
  'switch',
  'hermes',
  'hormiguero',
  'manifestator',
  'shubniggurath',
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

/** The comparison key of a name: two names that differ only in case or separators have the same key. */
export const nameKeyOf = (name: string): string => name.toLowerCase().replaceAll(/[ ._@-]/g, '');

/** The comparison key with look-alike digits and letters replaced. */
const skeletonOf = (name: string): string =>
  nameKeyOf(name).replaceAll(/[01i3457]/g, (char) => lookAlikes[char]!);

const reserved = new Set(actors.map(skeletonOf));

/** Whether a token may have this name: it must not be, or look like, the name of a VX11 component. */
export const nameIsFree = (name: string): boolean => !reserved.has(skeletonOf(name));

/** The longest life of an agent's token, and the one that it gets by default. */
export const agentTokenSeconds = 30 * 86_400;

/** Where an agent's token is used, and by which person's agent. */
export const agentOfToken = z.strictObject({
  host: tokenName.meta({ description: 'The program that the agent runs in, such as claude-code' }),
  person: tokenName.meta({ description: 'The person that the agent works for' }),
});
export type AgentOfToken = z.infer<typeof agentOfToken>;

/**
 * Where what an agent asks for may be confirmed besides the command line and the web UI. `in_client`: by what a person types
 * into a form of the program that the agent runs in, which that program may also fill in by itself.
 */
export const agentConfirms = z.enum(['in_client']);
export type AgentConfirms = z.infer<typeof agentConfirms>;

export const createTokenBody = z.strictObject({
  name: tokenName.refine(nameIsFree, 'is reserved for a component of VX11; choose another name'),
  scope: tokenScope,
  agent: agentOfToken.optional().meta({ description: 'Required for scope agent, and only there' }),
  confirms: agentConfirms.optional().meta({
    description: 'Scope agent: its program may confirm plans of at most MED risk in a form',
  }),
  expires_in_seconds: z.int().min(60).max(31_536_000).optional().meta({
    description: 'Scope agent: at most 30 days, the default; others: no end',
  }),
  rotates: z
    .string()
    .max(64)
    .regex(/^token-[0-9a-f]{8,}$/)
    .optional()
    .meta({
      description: 'The token to replace; it stays valid for overlap_seconds',
    }),
  overlap_seconds: z.int().min(0).max(86_400).optional(),
});

/** A token without its secret. */
export const tokenView = z.strictObject({
  token_id: z.string(),
  name: z.string(),
  scope: tokenScope,
  agent: agentOfToken.nullable(),
  confirms: agentConfirms.nullable(),
  created_at: instant,
  created_by: z.string().nullable().meta({ description: 'null: not recorded' }),
  expires_at: instant.nullable(),
  revoked_at: instant.nullable(),
  last_used_at: instant.nullable(),
});
export type TokenView = z.infer<typeof tokenView>;

export const createTokenAnswer = z.strictObject({
  ...tokenView.shape,
  token: z.string().meta({ description: 'Shown only once; VX11 stores only its SHA-256' }),
});

export const tokenListAnswer = z.strictObject({ tokens: z.array(tokenView) });
