import type { NewEvent } from '../../contracts/event.ts';

/** How a task ended, as somebody tells madre. */
export interface SpawnReported {
  report_id: string;
  /** Epoch ms. */
  at: number;
  actor: string;
  spawn_id: string;
  status: string;
  correlation_id: string;
  /** What is kept of it as it came. */
  report: { duration_ms?: number | null | undefined; [detail: string]: unknown };
}

/** The report that is kept, and the event that tells of it. */
export function spawnReport({ actor, spawn_id, ...told }: SpawnReported) {
  const { at, status, correlation_id, report } = told;
  const payload = { spawn_id, status, duration_ms: report.duration_ms ?? null };
  const event: NewEvent = { type: 'spawn.reported', at, actor, correlation_id, payload };
  return { report: { ...told, kind: 'spawn', subject: spawn_id } as const, events: [event] };
}
