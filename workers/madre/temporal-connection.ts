import type { AudioRuns } from '../../activities/audio/deps.ts';
import type { AntRuns } from '../../activities/incidents/deps.ts';
import type { CheckRuns } from '../../activities/checks/deps.ts';
import type { ScheduleCalls } from '../../activities/checks/schedules/deps.ts';
import type { RepairRuns } from '../../activities/repair/deps.ts';
import type { ModelRuns, ModelSearch, PullRuns } from '../../activities/models/deps.ts';
import type { AuditRuns } from '../../activities/drift/deps.ts';
import type { PlanRuns } from '../../activities/plans/ports.ts';
import type { WindowScheduleRuns } from '../../activities/schedules/deps.ts';
import type { ScanRuns } from '../../activities/programs/deps.ts';
import type { StartableTaskRuns } from '../../activities/tasks/run-to-end.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { HealthState } from '../../contracts/service.ts';
import type { WindowRuns } from '../temporal/runs/window-runs.ts';

/** The calls to workflows, by capability. */
export interface TemporalCalls {
  windows: WindowRuns;
  tasks: StartableTaskRuns;
  plans: PlanRuns;
  checks: CheckRuns;
  schedules: ScheduleCalls;
  repairs: RepairRuns;
  scans: ScanRuns;
  windowSchedules: WindowScheduleRuns;
  models: ModelRuns & ModelSearch & PullRuns;
  audits: AuditRuns;
  ants: AntRuns;
  audio: AudioRuns;
  running: {
    /** Counts the workflows that run, of any kind. */
    count(): Promise<number>;
    /** Throws if Temporal does not answer, or cannot. */
    answers(): Promise<void>;
  };
}

/** The state of this process's connection to Temporal. Each kind of calls is null while Temporal is unavailable. */
export type TemporalConnection = { [Kind in keyof TemporalCalls]: TemporalCalls[Kind] | null } & {
  state: HealthState;
  /** Wakes a sleeping Temporal and waits for the connection; null while Temporal does not sleep. */
  wake: (() => Promise<void>) | null;
};

const noCalls: { [Kind in keyof TemporalCalls]: null } = {
  windows: null,
  tasks: null,
  plans: null,
  checks: null,
  schedules: null,
  repairs: null,
  scans: null,
  windowSchedules: null,
  models: null,
  audits: null,
  ants: null,
  audio: null,
  running: null,
};

/** The connection of a process that has none yet. */
export const newConnection = (): TemporalConnection => ({
  ...noCalls,
  state: 'starting',
  wake: null,
});

/** Takes the calls away once the connection is lost. */
export const disconnect = (connection: TemporalConnection): void =>
  void Object.assign(connection, noCalls);

/**
 * Returns the calls of one kind. Each look throws `temporal_unavailable` while Temporal is unavailable. While it sleeps, the
 * first call wakes it.
 */
export const callsOver =
  <Kind extends keyof TemporalCalls>(connection: TemporalConnection, kind: Kind) =>
  (): TemporalCalls[Kind] => {
    const calls = connection[kind] as TemporalCalls[Kind] | null;
    if (calls !== null) return calls;
    const { wake } = connection;
    if (wake === null) throw unavailable();
    return awakened(async () => {
      await wake();
      return (connection[kind] as TemporalCalls[Kind] | null) ?? Promise.reject(unavailable());
    });
  };

/** What a call throws while Temporal is unavailable. */
export const unavailable = () =>
  new VX11Error('temporal_unavailable', 'Temporal does not answer; try again shortly.', {
    retryAfterSeconds: 2,
  });

/** Calls that first wait for the object that carries them out; each of them is asynchronous in any case. */
const awakened = <Calls extends object>(calls: () => Promise<Calls>): Calls =>
  new Proxy({} as Calls, {
    get:
      (_, name) =>
      async (...args: unknown[]): Promise<unknown> =>
        ((await calls()) as Record<PropertyKey, (...args: unknown[]) => unknown>)[name]!(...args),
  });
