import { z } from 'zod';
import { planId, planView } from './plan.ts';
import { correlationId, hostName, instant, serviceName } from './text.ts';

/** From a remark to what must not wait. */
export const severity = z.enum(['info', 'warn', 'high', 'critical']);
export type Severity = z.infer<typeof severity>;

/**
 * `resolved` is closed after 30 minutes without another occurrence; until then the same trouble is the same incident.
 * `acknowledged` mutes for a time.
 */
export const incidentStatus = z.enum(['open', 'acknowledged', 'resolved', 'closed']);
export type IncidentStatus = z.infer<typeof incidentStatus>;

/** What an incident is about. Each is found by one ant. */
export const incidentKind = z.enum([
  'engine_down',
  'unhealthy',
  'service_down',
  'restart_loop',
  'oom',
  'cpu',
  'memory',
  'service_memory',
  'io',
  'disk',
  'inodes',
  'disk_fills',
  'dangling',
  'certificate',
  'certificate_not_loaded',
  'clock',
  'zombies',
  'port_exposed',
  'port_taken',
  'log_pattern',
  'store',
  'backup',
  'late_window',
  'lost_lease',
  'late_task',
  'drift',
  'files',
  'image_update',
  'image_vulnerable',
]);
export type IncidentKind = z.infer<typeof incidentKind>;

/** What ended an incident: looks that found it gone, the same after a plan patched its service, policy that put it to sleep, or a person. */
export const resolvedBy = z.enum(['looks', 'plan', 'asleep', 'person']);

export const incidentId = z
  .string()
  .max(64)
  .regex(/^incident-[\da-f]{8,}$/, 'must be an incident id');

/** Something that may help. `action` names what `POST /hormiguero/actions/preview` takes; null where only a person can act. */
export const suggestion = z.strictObject({
  action: z.enum(['restart', 'stop']).nullable(),
  target: z.string().max(200).nullable(),
  text: z.string().max(300),
});
export type Suggestion = z.infer<typeof suggestion>;

/** What one look saw. */
export const observed = z.strictObject({
  at: instant,
  value: z.number().nullable(),
  detail: z.string().max(300),
});
export type Observed = z.infer<typeof observed>;

export const incident = z.strictObject({
  incident_id: incidentId,
  host: hostName,
  kind: incidentKind,
  service: z.string().nullable(),
  subkey: z.string().meta({ description: 'Which one of its kind: a path, a port, a rule' }),
  fingerprint: z.string().meta({ description: 'SHA-256 of host, kind, service and subkey' }),
  severity,
  status: incidentStatus,
  title: z.string(),
  description: z.string().meta({ description: 'What the last look saw' }),
  source: z.string(),
  occurrences: z.int(),
  reopened: z.int(),
  flapping: z.boolean().meta({ description: 'It came and went 4 times within 20 looks' }),
  detected_at: instant,
  first_seen: instant,
  last_seen: instant,
  stale_since: instant.nullable().meta({ description: 'Since when looks at it fail' }),
  resolved_at: instant.nullable(),
  resolved_by: resolvedBy.nullable(),
  closed_at: instant.nullable(),
  acked_by: z.string().nullable(),
  ack_until: instant.nullable(),
  notes: z.array(z.strictObject({ at: instant, by: z.string(), text: z.string() })).max(20),
  inhibited_by: z.string().nullable().meta({ description: 'The incident that explains this one' }),
  announced: severity
    .nullable()
    .meta({ description: 'The severity at which its lane was informed' }),
  plan_id: planId.nullable().meta({ description: 'The last plan that was made for it' }),
  correlation_id: correlationId,
  evidence: z.strictObject({
    first: observed,
    last: observed,
    worst: z.array(observed).max(20),
  }),
  suggested_actions: z.array(suggestion).max(5),
});
export type Incident = z.infer<typeof incident>;

export const incidentListAnswer = z.strictObject({
  incidents: z.array(incident),
  next_cursor: z.string().nullable(),
});

export const ackBody = z.strictObject({
  hours: z
    .number()
    .min(0.1)
    .max(24)
    .optional()
    .meta({ description: 'How long it is muted. Default: 24' }),
  note: z.string().min(1).max(500).optional(),
});

export const resolveBody = z.strictObject({ note: z.string().min(1).max(500).optional() });

/** How one ant did. */
export const antView = z.strictObject({
  ant: z.string(),
  host: hostName,
  weight: z.number().meta({ description: '√(severity × fault rate / cost)' }),
  fault_rate: z.number().meta({ description: 'Estimated faults an hour' }),
  cost_ms: z.number().meta({ description: 'Duration of a look, smoothed' }),
  every_seconds: z.number(),
  last_look_at: instant.nullable(),
  last_hit_at: instant.nullable(),
  next_look_at: instant,
  last_error: z.string().nullable(),
});
export type AntView = z.infer<typeof antView>;

export const pheromonesAnswer = z.strictObject({
  budget: z.number().meta({ description: 'The share of one core that all ants together may take' }),
  pheromones: z.array(antView),
});

export const hormigueroStatusAnswer = z.strictObject({
  actions_enabled: z.boolean(),
  last_scan: instant.nullable(),
  ants: z.int(),
  open: z.strictObject({ info: z.int(), warn: z.int(), high: z.int(), critical: z.int() }),
});

/** What one ant did in a round. `skipped`: the host is under pressure, or what it needs is asleep. */
export const antResult = z.strictObject({
  ant: z.string(),
  outcome: z.enum(['looked', 'skipped', 'failed']),
  bad: z.int(),
  detail: z.string().nullable(),
});
export type AntResult = z.infer<typeof antResult>;

export const scanAnswer = z.strictObject({
  status: z.literal('done'),
  correlation_id: correlationId,
  results: z.array(antResult.extend({ host: hostName })),
});

const action = z.strictObject({
  action: z.string().min(1).max(64),
  target: serviceName,
});
const actions = z.array(action).min(1).max(10);
export type AskedAction = z.infer<typeof action>;

export const actionsPreviewBody = z.strictObject({ actions });
export const previewedAction = action.extend({
  allowed: z.boolean(),
  reason: z.string().nullable(),
});
export type PreviewedAction = z.infer<typeof previewedAction>;
export const actionsPreviewAnswer = z.strictObject({
  preview: z.array(previewedAction),
  plan: planView.nullable().meta({ description: 'What apply would propose; null if nothing may' }),
});

export const actionsApplyBody = z.strictObject({
  actions,
  incident_id: incidentId.optional(),
  correlation_id: correlationId.optional(),
});
export const actionsApplyAnswer = z.strictObject({
  status: z.literal('waiting'),
  plan: planView,
  correlation_id: correlationId,
});
