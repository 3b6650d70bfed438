import type { PlanView } from '../../contracts/plan.ts';
import type { SpawnView } from '../../contracts/spawn.ts';
import type { WindowView } from '../../contracts/window.ts';
import type {
  CloseWindow,
  DeadlineChange,
  EndSpawn,
  EndStrays,
  ExtendWindow,
  KeepWindow,
  ReleaseService,
  RenewWindow,
  RestartService,
  StraysEnded,
} from '../../workflows/messages.ts';
import type { ConfirmPlan, EndPlan, RenewToken } from '../../workflows/plan-messages.ts';
import type { BreakerState } from './breaker.ts';
import { speaksHttp2 } from './speaks-http2.ts';

/** How long one call may take, in ms, the wait for the window's answer included. */
export interface Limit {
  limitMs: number;
}

/**
 * The gateway's side of Temporal. Each call may throw a VX11Error (`temporal_unavailable` at once while the breaker is
 * open, `madre_unavailable` where nothing answered within the limit, or what the workflow refused with), or
 * WorkflowGone.
 */
export interface TemporalPort {
  /** Starts the window's workflow unless it runs, and waits until the window is open, queued or failed. */
  keepWindow(
    input: KeepWindow,
    renew: RenewWindow,
    call: Limit & { updateId: string },
  ): Promise<DeadlineChange>;
  /** Messages with one `updateId` move the deadline once, and get the same answer. */
  extendWindow(
    id: string,
    message: ExtendWindow,
    call: Limit & { updateId: string },
  ): Promise<DeadlineChange>;
  closeWindow(id: string, message: CloseWindow, call: Limit): Promise<WindowView>;
  releaseService(id: string, message: ReleaseService, call: Limit): Promise<WindowView>;
  endStrays(input: EndStrays, call: Limit): Promise<StraysEnded>;
  restartService(input: RestartService, call: Limit): Promise<void>;
  /** Starts a task's workflow, unless it was started already. */
  startSpawn(view: SpawnView, call: Limit): Promise<void>;
  /** Tells a task to end, and does not wait until it has. */
  endSpawn(id: string, message: EndSpawn, call: Limit): Promise<void>;
  /** Lets the rounds of madre's loop come, holds them, or starts one now unless one runs. */
  autonomy(act: 'resume' | 'pause' | 'round', host: string, note: string): Promise<void>;
  /** Messages to a plan's run; a repeat under the same `updateId` is the same message. */
  plans: PlanMessages;
  /** Its own word that it serves, within 2 s. */
  health(): Promise<void>;
  readonly breaker: BreakerState;
  close(): Promise<void>;
}

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

/**
 * Loads Temporal's client with the first message that is to be sent: 20 MB that a gateway which only answers reads does
 * without. Until then a look at the server says whether it is there, and one that is not is asked by the client, whose
 * breaker counts.
 */
export function connectTemporal(address: string, namespace: string): TemporalPort {
  let loading: Promise<TemporalPort> | undefined;
  let loaded: TemporalPort | undefined;
  const load = async (): Promise<TemporalPort> => {
    const { openTemporal } = await import('./client.ts');
    return (loaded = openTemporal(address, namespace));
  };
  const client = (): Promise<TemporalPort> => (loading ??= load());
  const later =
    <Args extends unknown[], Answer>(
      pick: (port: TemporalPort) => (...args: Args) => Promise<Answer>,
    ) =>
    async (...args: Args): Promise<Answer> =>
      pick(loaded ?? (await client()))(...args);
  return {
    keepWindow: later((port) => port.keepWindow),
    extendWindow: later((port) => port.extendWindow),
    closeWindow: later((port) => port.closeWindow),
    releaseService: later((port) => port.releaseService),
    endStrays: later((port) => port.endStrays),
    restartService: later((port) => port.restartService),
    startSpawn: later((port) => port.startSpawn),
    endSpawn: later((port) => port.endSpawn),
    autonomy: later((port) => port.autonomy),
    plans: {
      confirm: later((port) => port.plans.confirm),
      renewToken: later((port) => port.plans.renewToken),
      reject: later((port) => port.plans.reject),
      cancel: later((port) => port.plans.cancel),
    },
    async health() {
      if (loading === undefined && (await speaksHttp2(address, healthLimitMs))) return;
      await (await client()).health();
    },
    get breaker() {
      return loaded?.breaker ?? 'closed';
    },
    async close() {
      await (await loading)?.close();
    },
  };
}
