import { z } from 'zod';
import { powerMode } from './operator.ts';
import { healthState } from './service.ts';
import { instant } from './text.ts';

/** What madre did: a step of a plan, by what it was and how it came out. */
const action = z.strictObject({
  at: instant,
  module: z.string(),
  action: z.string(),
  outcome: z.string(),
  reason: z.string().nullable(),
  plan_id: z.string(),
});

export const madreStatusAnswer = z.strictObject({
  module: z.literal('madre'),
  version: z.string(),
  status: healthState,
  mode: powerMode,
  services_expected: z.array(z.string()).meta({ description: 'Of the core, and in open windows' }),
  services_running: z.array(z.string()),
  plans: z.record(z.string(), z.number()).meta({ description: 'How many there are, by status' }),
  intents: z.number(),
  sessions: z.number(),
  recent_actions: z.array(action),
  dependencies: z.record(z.string(), healthState),
  llm: z.strictObject({ provider: z.string(), model: z.string() }).nullable(),
  timestamp: instant,
});
