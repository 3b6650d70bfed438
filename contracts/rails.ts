import { z } from 'zod';
import { laneConstraints, urgency } from './autonomy.ts';
import { correlationId, instant, jsonValue } from './text.ts';

/** An identifier in the lane table: a domain, an intent type, a lane or its owner. */
const word = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9_.-]*$/, 'lower case letters, digits and _ . - only');

export const laneId = word;

/** What madre does with an intent: `record` only stores it, `propose` makes a plan for it. */
export const escalation = z.enum(['record', 'propose']);

export const lane = z.strictObject({
  lane_id: laneId,
  domain: word,
  intent_type: word,
  owner_module: word,
  escalation,
  constraints: laneConstraints,
  invariants: z.array(z.string().max(200)).max(20),
  map_version: z.int().meta({ description: 'Increases with every change of the table' }),
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

/** A scanner's finding, as hormiguero sends it. Its text is stored, shown and quoted, and never affects a decision. */
export const scannerIntentBody = z.strictObject({
  type: z.string().min(1).max(64),
  source: z.string().min(1).max(64).optional().meta({ description: 'Default: hormiguero' }),
  correlation_id: correlationId.optional(),
  payload: z.strictObject({
    domain: word,
    intent_type: word,
    summary: z.string().max(500).optional(),
    details: z.record(z.string(), jsonValue).optional(),
    urgency: urgency.optional().meta({ description: 'Default: medium' }),
    maintenance_ok: z.boolean().optional(),
    requester: z.string().max(64).optional(),
  }),
});
export type ScannerIntentBody = z.infer<typeof scannerIntentBody>;

/** The state of an intent when it is accepted. */
const scannerIntentState = z.enum(['waiting', 'recorded', 'missed']);
export type ScannerIntentState = z.infer<typeof scannerIntentState>;

export const scannerIntentAnswer = z.strictObject({
  status: z.enum(['accepted', 'lane_missing']),
  state: scannerIntentState.meta({
    description: 'waiting: madre proposes a plan in its next round, which starts at once',
  }),
  waiting_because: z.string().nullable().meta({
    description:
      'Why that round is delayed: madre_unavailable or temporal_unavailable. It starts when they are back',
  }),
  intent_id: z.string(),
  task_id: z.string().nullable().meta({ description: 'The decision about it, once there is one' }),
  intent_log_id: z.int(),
  routing_decision: lane
    .pick({ lane_id: true, owner_module: true, escalation: true, map_version: true })
    .nullable(),
  correlation_id: correlationId,
});

export const taskCallbackBody = z.strictObject({
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

export const taskCallbackAnswer = z.strictObject({
  spawn_id: z.string(),
  correlation_id: correlationId,
  status: z.enum(['stored', 'error']),
  message: z.string(),
});
