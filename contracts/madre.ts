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

/** A part that is to be up. */
const moduleHealth = z.strictObject({
  host: z.string(),
  name: z.string(),
  health: healthState,
  reason: z.string().nullable(),
  since: instant.meta({ description: 'Since when it is so' }),
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
  autonomy: z.strictObject({
    running: z.boolean(),
    intents_waiting: z.int().meta({
      description: 'Intents of scanners that madre has not taken up; also while it is stopped',
    }),
    waiting_because: z.string().nullable().meta({
      description:
        'What keeps her from it: madre_unavailable, temporal_unavailable, or what she decided last',
    }),
  }),
  modules: z.array(moduleHealth).meta({
    description:
      'What is to be up, and the machine, as madre last judged it, every 10 s; what sleeps is left out',
  }),
  sessions: z.number(),
  recent_actions: z.array(action),
  dependencies: z.record(z.string(), healthState),
  llm: z.strictObject({ provider: z.string(), model: z.string() }).nullable(),
  timestamp: instant,
});
