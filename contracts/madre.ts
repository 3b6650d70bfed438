import { z } from 'zod';
import { powerMode } from './operator.ts';
import { healthState } from './service.ts';
import { instant } from './text.ts';

/** A recent action of madre: a plan step and its outcome. */
const action = z.strictObject({
  at: instant,
  module: z.string(),
  action: z.string(),
  outcome: z.string(),
  reason: z.string().nullable(),
  plan_id: z.string(),
});

/** A component that should be up. */
const moduleHealth = z.strictObject({
  host: z.string(),
  name: z.string(),
  health: healthState,
  reason: z.string().nullable(),
  since: instant.meta({ description: 'When its health last changed' }),
});

export const madreStatusAnswer = z.strictObject({
  module: z.literal('madre'),
  version: z.string(),
  status: healthState,
  mode: powerMode,
  services_expected: z
    .array(z.string())
    .meta({ description: 'Core services, and services in open windows' }),
  services_running: z.array(z.string()),
  plans: z.record(z.string(), z.number()).meta({ description: 'Count by status' }),
  intents: z.number(),
  autonomy: z.strictObject({
    running: z.boolean(),
    intents_waiting: z.int().meta({
      description:
        'Scanner intents that madre has not processed yet; counted while the loop is stopped too',
    }),
    waiting_because: z.string().nullable().meta({
      description:
        'Why they wait: madre_unavailable, temporal_unavailable, or the last decision of the loop',
    }),
  }),
  modules: z.array(moduleHealth).meta({
    description:
      'The machine and all components that should be up, checked every 10 s; sleeping services are not listed',
  }),
  sessions: z.number(),
  recent_actions: z.array(action),
  dependencies: z.record(z.string(), healthState),
  llm: z.strictObject({ provider: z.string(), model: z.string() }).nullable(),
  timestamp: instant,
});
