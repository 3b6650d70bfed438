import type { NewEvent } from '../../contracts/event.ts';

/** A report to madre about how a task ended. */
export interface TaskReported {
  report_id: string;
  /** Epoch ms. */
  at: number;
  actor: string;
  spawn_id: string;
  status: string;
  correlation_id: string;
  /** Stored as received. */
  report: { duration_ms?: number | null | undefined; [detail: string]: unknown };
}

/** The report to store, and its event. */
export function taskReport({ actor, spawn_id, ...reported }: TaskReported) {
  const { at, status, correlation_id, report } = reported;
  const payload = { spawn_id, status, duration_ms: report.duration_ms ?? null };
  const event: NewEvent = { type: 'spawn.reported', at, actor, correlation_id, payload };
  return { report: { ...reported, kind: 'spawn', subject: spawn_id } as const, events: [event] };
}
