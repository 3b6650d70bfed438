import type { AudioBatch } from '../../contracts/audio-batch.ts';
import type { AudioJob } from '../../contracts/audio.ts';
import type { AntResult } from '../../contracts/incidents.ts';
import type { CheckRunView } from '../../contracts/checks.ts';
import type { DriftAudit } from '../../contracts/drift.ts';
import type { ProgramScan } from '../../contracts/programs.ts';
import type { ModelPull, SearchAnswer, SearchBody } from '../../contracts/models.ts';
import type { RepairView } from '../../contracts/repair.ts';
import type { PlanView } from '../../contracts/plan.ts';
import type { TaskView } from '../../contracts/task.ts';
import type { WindowView } from '../../contracts/window.ts';
import type {
  Actor,
  CloseWindow,
  DeadlineChange,
  EndTask,
  EndStrays,
  ExtendWindow,
  KeepWindow,
  ReleaseService,
  RenewWindow,
  RestartService,
  StraysEnded,
} from '../../workflows/messages.ts';
import type { RunAnts } from '../../workflows/incidents/start.ts';
import type { ConfirmPlan, EndPlan, RenewToken } from '../../workflows/plan-messages.ts';
import { VX11Error } from '../../contracts/errors.ts';
import {
  neverAsleep,
  NotWoken,
  type TemporalSleep,
} from '../../platform/supervisor/temporal-sleep.ts';
import type { BreakerState } from './breaker.ts';
import { fixed, type Live } from '../../platform/tls/live.ts';
import type { TemporalCredentials } from '../../platform/tls/temporal.ts';
import { speaksHttp2 } from './speaks-http2.ts';

/** How long one call may take, in ms, including the wait for the workflow's answer. */
export interface Limit {
  limitMs: number;
}

/**
 * The gateway's calls to Temporal. Each may throw WorkflowGone, or a VX11Error: `temporal_unavailable` (at once while the
 * breaker is open), `madre_unavailable` if nothing answers within the limit, or the workflow's refusal.
 */
export interface TemporalPort {
  /** Starts the window's workflow unless it runs, and waits until the window is open, queued or failed. */
  keepWindow(
    input: KeepWindow,
    renew: RenewWindow,
    call: Limit & { updateId: string },
  ): Promise<DeadlineChange>;
  /** Messages with the same `updateId` move the deadline once, and get the same answer. */
  extendWindow(
    id: string,
    message: ExtendWindow,
    call: Limit & { updateId: string },
  ): Promise<DeadlineChange>;
  closeWindow(id: string, message: CloseWindow, call: Limit): Promise<WindowView>;
  releaseService(id: string, message: ReleaseService, call: Limit): Promise<WindowView>;
  endStrays(input: EndStrays, call: Limit): Promise<StraysEnded>;
  restartService(input: RestartService, call: Limit): Promise<void>;
  /** Starts a task's workflow, unless it has already been started. */
  startTask(view: TaskView, call: Limit): Promise<void>;
  /** Signals a task to end, and does not wait for its end. */
  endSpawn(id: string, message: EndTask, call: Limit): Promise<void>;
  /** Starts the workflow of a run of checks, unless it has already been started. */
  startChecks(run: CheckRunView, call: Limit): Promise<void>;
  /** Signals a run of checks to end, and does not wait for its end. */
  cancelChecks(id: string, by: Actor, call: Limit): Promise<void>;
  /** Starts the workflow of a repair, unless it has already been started. */
  startRepair(repair: RepairView, call: Limit): Promise<void>;
  /** Signals a repair to end, and does not wait for its end. */
  cancelRepair(id: string, by: Actor, call: Limit): Promise<void>;
  /** Starts the workflow of a scan for programs, unless it has already been started. */
  startScan(scan: ProgramScan, call: Limit): Promise<void>;
  /** Starts the workflow of a pull, unless it runs. */
  startPull(pull: ModelPull, call: Limit): Promise<void>;
  /** Signals a pull to end, and does not wait for its end. */
  cancelPull(id: string, by: Actor, call: Limit): Promise<void>;
  /** Lets the hermes of a host ask the hub, and waits for the answer. */
  searchModels(host: string, asked: SearchBody, call: Limit): Promise<SearchAnswer>;
  /** Starts the workflow of an audit of drift, unless it has already been started. */
  startAudit(audit: DriftAudit, call: Limit): Promise<void>;
  /** Starts the workflow of an audio job, unless it has already been started. */
  startAudio(job: AudioJob, call: Limit): Promise<void>;
  /** Asks an audio job to end, and does not wait for its end. */
  cancelAudio(id: string, by: string, call: Limit): Promise<void>;
  /** The same for a batch. */
  startBatch(batch: AudioBatch, call: Limit): Promise<void>;
  cancelBatch(id: string, by: string, call: Limit): Promise<void>;
  /** Runs a round of a host's ants, or joins the one that somebody asked for, and waits for its end. */
  runAnts(input: RunAnts, call: Limit): Promise<AntResult[]>;
  /** Resumes or pauses madre's loop, or starts one round now unless one runs. */
  autonomy(act: 'resume' | 'pause' | 'round', host: string, note: string): Promise<void>;
  /** Resumes or pauses a schedule of checks. */
  schedule(act: 'resume' | 'pause', host: string, name: string, note: string): Promise<void>;
  /** Messages to a plan's run; messages with the same `updateId` count once. */
  plans: PlanMessages;
  /** Calls Temporal's health check; throws within 2 s. */
  health(): Promise<void>;
  readonly breaker: BreakerState;
  /** Whether it sleeps; the next message wakes it. */
  isAsleep(): boolean;
  /** Whether the client is loaded, which takes some 30 MB. */
  isLoaded(): boolean;
  close(): Promise<void>;
}

/** The part of it that needs Temporal's client. */
export type TemporalClient = Omit<TemporalPort, 'isAsleep' | 'isLoaded'>;

export interface PlanCall extends Limit {
  updateId: string;
}
export interface PlanMessages {
  confirm(id: string, message: ConfirmPlan, call: PlanCall): Promise<PlanView>;
  renewToken(id: string, message: RenewToken, call: PlanCall): Promise<PlanView>;
  reject(id: string, message: EndPlan, call: PlanCall): Promise<PlanView>;
  cancel(id: string, message: EndPlan, call: PlanCall): Promise<PlanView>;
}

const healthLimitMs = 2000;

/** Calls of an earlier connection may go on for this long, such as one that opens a window, in ms. */
const drainMs = 600_000;

/**
 * Connects to Temporal, and wakes it before each message if it sleeps. After a change of `live`, new calls take a new
 * connection. It loads Temporal's client (20 MB) with the first message, so a gateway that only answers reads does without.
 * Until then `health` only checks that a gRPC server answers; if none does, it loads the client, whose
 * breaker counts the failure.
 */
export function connectTemporal(
  address: string,
  namespace: string,
  {
    sleep = neverAsleep,
    live = fixed({ tls: false, apiKey: undefined, expiresAt: null }),
  }: { sleep?: TemporalSleep; live?: Live<TemporalCredentials> } = {},
): TemporalPort {
  let loading: Promise<TemporalClient> | undefined;
  let loaded: TemporalClient | undefined;
  const load = async (): Promise<TemporalClient> => {
    const { openTemporal } = await import('./client.ts');
    return (loaded = openTemporal(address, namespace, live.current()));
  };
  live.onChange(() => {
    const before = loading;
    [loading, loaded] = [undefined, undefined];
    const close = (): void => void before?.then((port) => port.close());
    setTimeout(close, drainMs).unref();
  });
  const client = (): Promise<TemporalClient> => (loading ??= load());
  const later =
    <Args extends unknown[], Answer>(
      pick: (port: TemporalClient) => (...args: Args) => Promise<Answer>,
    ) =>
    async (...args: Args): Promise<Answer> => {
      // the client loads while Temporal starts
      const [port] = await Promise.all([loaded ?? client(), awake(sleep)]);
      return pick(port)(...args);
    };
  return {
    keepWindow: later((port) => port.keepWindow),
    extendWindow: later((port) => port.extendWindow),
    closeWindow: later((port) => port.closeWindow),
    releaseService: later((port) => port.releaseService),
    endStrays: later((port) => port.endStrays),
    restartService: later((port) => port.restartService),
    startTask: later((port) => port.startTask),
    endSpawn: later((port) => port.endSpawn),
    startChecks: later((port) => port.startChecks),
    cancelChecks: later((port) => port.cancelChecks),
    startRepair: later((port) => port.startRepair),
    cancelRepair: later((port) => port.cancelRepair),
    startScan: later((port) => port.startScan),
    startPull: later((port) => port.startPull),
    cancelPull: later((port) => port.cancelPull),
    searchModels: later((port) => port.searchModels),
    startAudit: later((port) => port.startAudit),
    startAudio: later((port) => port.startAudio),
    cancelAudio: later((port) => port.cancelAudio),
    startBatch: later((port) => port.startBatch),
    cancelBatch: later((port) => port.cancelBatch),
    runAnts: later((port) => port.runAnts),
    autonomy: later((port) => port.autonomy),
    schedule: later((port) => port.schedule),
    plans: {
      confirm: later((port) => port.plans.confirm),
      renewToken: later((port) => port.plans.renewToken),
      reject: later((port) => port.plans.reject),
      cancel: later((port) => port.plans.cancel),
    },
    async health() {
      if (sleep.isAsleep()) return;
      if (loading === undefined && (await speaksHttp2(address, healthLimitMs, live.current())))
        return;
      await (await client()).health();
    },
    get breaker() {
      return loaded?.breaker ?? 'closed';
    },
    isAsleep: sleep.isAsleep,
    isLoaded: () => loaded !== undefined,
    async close() {
      await (await loading)?.close();
    },
  };
}

/** @throws `temporal_unavailable` if Temporal does not start in time; nothing was sent then */
async function awake(sleep: TemporalSleep): Promise<void> {
  try {
    await sleep.wake();
  } catch (error) {
    if (!(error instanceof NotWoken)) throw error;
    throw new VX11Error('temporal_unavailable', error.message, {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
}
