import { z } from 'zod';
import { instant } from './text.ts';

/** One program that processes sound. */
const program = z.strictObject({
  name: z.string(),
  version: z.string().nullable().meta({ description: 'Null where it is missing' }),
  package: z.string().meta({ description: 'The package of Debian that has it' }),
  needed: z.boolean().meta({ description: 'Without it nothing works' }),
});

/** What shubniggurath found when it started last; it may sleep now. */
export const foundEngines = z.strictObject({
  programs: z.array(program).max(20),
  seen_at: instant,
});
export type FoundEngines = z.infer<typeof foundEngines>;

/** `unknown`: shubniggurath has not run on this host yet. */
export const audioEngines = z.strictObject({
  status: z.enum(['ok', 'degraded', 'unknown']),
  programs: z.array(program).max(20),
  seen_at: instant.nullable(),
  error: z.literal('engine_missing').nullable(),
  hint: z.string().nullable().meta({ description: 'What to do about it, with the command' }),
});
export type AudioEngines = z.infer<typeof audioEngines>;
