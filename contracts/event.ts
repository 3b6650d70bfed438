import { z } from 'zod';
import { instant } from './text.ts';

export const eventType = z.enum([
  'window.requested',
  'window.queued',
  'window.opening',
  'window.open',
  'window.extended',
  'window.closing',
  'window.closed',
  'window.failed',
  'service.started',
  'service.stopped',
  'service.failed',
  'service.restarted',
  'service.done',
  'service.stray',
  'service.outdated',
  'service.restored',
  'service.volume_changed',
  'image.pulling',
  'image.pulled',
  'image.building',
  'image.built',
  'catalog.read',
  'catalog.invalid',
  'engine.lost',
  'engine.back',
  'guard.blind',
  'guard.seeing',
  'policy.applied',
  'token.created',
  'token.revoked',
  'web_session.started',
  'web_session.ended',
  'web_session.link_created',
  'process.started',
  'spawn.queued',
  'spawn.running',
  'spawn.retried',
  'spawn.finished',
  'spawn.callback_failed',
  'intent.received',
  'plan.created',
  'plan.waiting',
  'plan.approved',
  'plan.token_renewed',
  'plan.running',
  'plan.step',
  'plan.done',
  'plan.failed',
  'plan.rejected',
  'plan.cancelled',
  'audit.pruned',
  'audit.broken',
  'store.pruned',
  'autonomy.started',
  'autonomy.stopped',
  'autonomy.decided',
  'rails.changed',
  'rails.routed',
  'rails.missed',
  'spawn.reported',
  'checks.queued',
  'checks.running',
  'checks.finished',
  'schedule.changed',
  'schedule.removed',
  'schedule.paused',
  'schedule.resumed',
  'schedule.missed',
  'schedule.opened',
  'schedule.skipped',
  'repair.queued',
  'repair.phase',
  'repair.finished',
  'patch.applied',
  'patch.kept',
  'patch.dropped',
  'patch.rolled_back',
  'programs.discovered',
  'routing.target_out',
  'routing.target_back',
  'routing.reset',
  'model.pulled',
  'model.failed',
  'model.found',
  'model.quarantined',
  'model.missing',
  'model.evicted',
  'model.deleted',
  'drift.audited',
  'drift.found',
  'drift.cleared',
  'incident.opened',
  'incident.reopened',
  'incident.rose',
  'incident.uninhibited',
  'incident.flapping',
  'incident.acknowledged',
  'incident.resolved',
  'incident.closed',
  'incident.storm',
  'audio.uploaded',
  'audio.removed',
  'audio.finished',
  'audio.batch_finished',
  // reported from outside, by POST /events/ingest
  'system.alert',
  'system.correlation.updated',
  'forensic.snapshot.created',
  'madre.decision.explained',
  'switch.tension.updated',
  'shub.action.narrated',
]);
export type EventType = z.infer<typeof eventType>;

/** An event before the log assigns its position in the hash chain. */
export interface NewEvent {
  type: EventType;
  /** Epoch ms. */
  at: number;
  /** The name of the token or of the VX11 component that acted. */
  actor: string;
  /** The principal behind the name, where a token acted; the log keeps it in the payload, which its hash covers. */
  actor_id?: string | null;
  host?: string;
  window_id?: string;
  service?: string;
  correlation_id?: string;
  payload?: Record<string, unknown>;
}

/** One row of the append-only log. `hash` = SHA-256 over `prev_hash` and all other members. */
export const eventRecord = z.strictObject({
  seq: z.number(),
  at: instant,
  type: eventType,
  actor: z.string(),
  host: z.string().nullable(),
  window_id: z.string().nullable(),
  service: z.string().nullable(),
  correlation_id: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
  prev_hash: z.string(),
  hash: z.string(),
});
export type EventRecord = z.infer<typeof eventRecord>;

/** The first frame of an event stream. */
export const eventHello = z.strictObject({
  newest: z.number().meta({ description: 'The number of the newest event; 0 before the first' }),
  first_kept: z.number().meta({ description: 'Events before this number are no longer kept' }),
  head_hash: z.string().meta({ description: 'The hash of the newest event' }),
  server_time: instant,
  version: z.string(),
});
export type EventHello = z.infer<typeof eventHello>;

export const eventHistoryAnswer = z.strictObject({
  events: z.array(eventRecord),
  next_cursor: z.string().nullable(),
});
