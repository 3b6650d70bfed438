import { z } from 'zod';
import { scannerIntentAnswer } from './rails.ts';
import { correlationId, instant, jsonValue } from './text.ts';

const word = /^[a-z0-9][a-z0-9_.-]*$/;
const wordProblem = 'lower case letters, digits and _ . - only';

/** The name of a colony: another installation, or a program, that reports to this one. */
export const colonyId = z.string().max(64).regex(word, wordProblem);

/** egg: registered; larva: it has sent a heartbeat; adult: 3 within 3 min; lost: none for 5 min. */
export const colonyStage = z.enum(['egg', 'larva', 'adult', 'lost']);
export type ColonyStage = z.infer<typeof colonyStage>;

export const colony = z.strictObject({
  colony_id: colonyId,
  remote_url: z.string().nullable().meta({ description: 'Shown only: VX11 never calls it' }),
  stage: colonyStage,
  last_heartbeat: instant.nullable(),
  agent_count: z.int(),
  rewards: z
    .strictObject({ heartbeats: z.int(), intents: z.int() })
    .meta({ description: 'Counters of what it has sent; nothing depends on them' }),
  registered_at: instant,
  registered_by: z.string(),
});
export type Colony = z.infer<typeof colony>;

export const colonyListAnswer = z.strictObject({ colonies: z.array(colony) });

export const registerColonyBody = z.strictObject({
  colony_id: colonyId,
  remote_url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
});

export const registerAgentBody = z.strictObject({
  agent_id: z.string().max(64).regex(word, wordProblem),
  colony_id: colonyId,
  agent_type: z.string().max(64).regex(word, wordProblem),
});
export const registerAgentAnswer = registerAgentBody.extend({ registered_at: instant });

export const colonyIntentType = z.enum(['diagnose', 'propose', 'apply']);
export type ColonyIntentType = z.infer<typeof colonyIntentType>;

/** What a colony sends: its text is stored, shown and quoted, and never decides anything. */
const colonyIntent = {
  intent_type: colonyIntentType,
  payload: z.record(z.string().max(128), jsonValue),
  correlation_id: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,63}$/)
    .optional()
    .meta({ description: 'The same one of a finding that still waits is the same intent' }),
};

export const submitColonyIntentBody = z.strictObject({
  ...colonyIntent,
  remote_colony_id: colonyId,
});
export type SubmitColonyIntentBody = z.infer<typeof submitColonyIntentBody>;

export const colonyIntentAnswer = scannerIntentAnswer
  .pick({
    status: true,
    state: true,
    waiting_because: true,
    intent_id: true,
    routing_decision: true,
    correlation_id: true,
  })
  .extend({
    colony_id: colonyId,
    asked: colonyIntentType,
    recorded_as: colonyIntentType.meta({
      description: 'propose for apply, unless VX11_INEE_EXECUTION_ENABLED is 1',
    }),
    operation: z.enum(['scan', 'notify_incident', 'propose_action']),
  });
export type ColonyIntentAnswer = z.infer<typeof colonyIntentAnswer>;

/** A heartbeat, or an intent. */
export const envelopeBody = z.strictObject({
  kind: z.enum(['heartbeat', 'intent']),
  intent: z.strictObject(colonyIntent).optional().meta({ description: 'Only of an intent' }),
});

export const envelopeAnswer = z.strictObject({
  colony,
  intent: colonyIntentAnswer.nullable(),
  correlation_id: correlationId,
});

export const colonyEvent = z.strictObject({
  at: instant,
  what: z.enum(['colony_registered', 'agent_registered', 'stage_changed', 'intent_submitted']),
  colony_id: colonyId,
  actor: z.string(),
  correlation_id: correlationId,
  detail: z.record(z.string(), z.unknown()),
});
export type ColonyEvent = z.infer<typeof colonyEvent>;
export const colonyEventListAnswer = z.strictObject({ events: z.array(colonyEvent) });

export const ineeStatusAnswer = z.strictObject({
  status: z.literal('ok'),
  enabled: z.literal(true),
  remote_plane_enabled: z.boolean(),
  execution_enabled: z.boolean(),
  colonies_count: z.int(),
  pending_intents: z.int().meta({ description: 'Intents of colonies that wait for madre' }),
  builder_available: z.literal(false),
  rewards_available: z.literal(true),
});

export const colonyKeyListAnswer = z.strictObject({
  file: z.string(),
  problem: z.string().nullable().meta({ description: 'Why no key can be used; null if all can' }),
  keys: z.array(z.strictObject({ colony_id: colonyId, key_id: z.string() })),
});
