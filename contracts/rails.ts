import { z } from 'zod';
import { laneConstraints, urgency } from './autonomy.ts';
import { correlationId, instant, jsonValue } from './text.ts';

/** A word of the rails' table: what an intent is about, or who owns a lane. */
const word = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9_.-]*$/, 'lower case letters, digits and _ . - only');

export const laneId = word;

/** What becomes of an intent: it is only written down, or madre proposes a plan for it. */
export const escalation = z.enum(['record', 'propose']);

export const lane = z.strictObject({
  lane_id: laneId,
  domain: word,
  intent_type: word,
  owner_module: word,
  escalation,
  constraints: laneConstraints,
  invariants: z.array(z.string().max(200)).max(20),
  map_version: z.int().meta({ description: 'Grows with every change of the table' }),
  updated_at: instant,
  updated_by: z.string(),
});
export type Lane = z.infer<typeof lane>;

export const putLaneBody = lane
  .pick({ domain: true, intent_type: true, owner_module: true, escalation: true })
  .extend({
    constraints: laneConstraints.optional(),
    invariants: lane.shape.invariants.optional(),
  });

export const laneListAnswer = z.strictObject({ lanes: z.array(lane), map_version: z.int() });

export const railsEvent = z.strictObject({
  seq: z.int(),
  at: instant,
  what: z.enum(['routed', 'lane_missing', 'lane_put', 'lane_deleted', 'taken', 'ended']),
  lane_id: z.string().nullable(),
  intent_id: z.string().nullable(),
  correlation_id: correlationId,
  result: z.record(z.string(), z.unknown()),
});
export type RailsEvent = z.infer<typeof railsEvent>;
export const railsEventListAnswer = z.strictObject({ events: z.array(railsEvent) });

/** What a scanner found, as hormiguero sends it. Its words are kept, shown and quoted, and decide nothing. */
export const scannerIntentBody = z.strictObject({
  type: z.string().min(1).max(64),
  source: z.string().min(1).max(64).optional().meta({ description: 'hormiguero where left out' }),
  correlation_id: correlationId.optional(),
  payload: z.strictObject({
    domain: word,
    intent_type: word,
    summary: z.string().max(500).optional(),
    details: z.record(z.string(), jsonValue).optional(),
    urgency: urgency.optional().meta({ description: 'medium where left out' }),
    maintenance_ok: z.boolean().optional(),
    requester: z.string().max(64).optional(),
  }),
});
export type ScannerIntentBody = z.infer<typeof scannerIntentBody>;

/** What became of an intent as it was taken in. */
const scannerIntentState = z.enum(['waiting', 'recorded', 'missed']);
export type ScannerIntentState = z.infer<typeof scannerIntentState>;

export const scannerIntentAnswer = z.strictObject({
  status: z.enum(['accepted', 'lane_missing']),
  state: scannerIntentState.meta({
    description: 'waiting: madre proposes a plan for it in her next round, which comes at once',
  }),
  waiting_because: z.string().nullable().meta({
    description:
      'Why that round does not come at once: madre_unavailable or temporal_unavailable; it comes when they are back',
  }),
  intent_id: z.string(),
  task_id: z
    .string()
    .nullable()
    .meta({ description: 'The decision that took it up, once there is one' }),
  intent_log_id: z.int(),
  routing_decision: lane
    .pick({ lane_id: true, owner_module: true, escalation: true, map_version: true })
    .nullable(),
  correlation_id: correlationId,
});

export const spawnCallbackBody = z.strictObject({
  spawn_id: z
    .string()
    .max(64)
    .regex(/^spawn-[0-9a-f]{8,}$/, 'must be a spawn id'),
  correlation_id: correlationId.optional(),
  status: z.enum(['success', 'failed', 'timeout', 'error']),
  result: jsonValue.optional(),
  error: z.string().max(4000).nullable().optional(),
  duration_ms: z.number().min(0).max(1e10).optional(),
});

export const spawnCallbackAnswer = z.strictObject({
  spawn_id: z.string(),
  correlation_id: correlationId,
  status: z.enum(['stored', 'error']),
  message: z.string(),
});
