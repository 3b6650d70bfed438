import {
  Client,
  Connection,
  WithStartWorkflowOperation,
  type WorkflowHandle,
} from '@temporalio/client';
import type { UpdateDefinition, Workflow } from '@temporalio/common';
import { actionWorkflowId, spawnWorkflowId, windowWorkflowId } from '../contracts/ids.ts';
import { workflowQueue } from '../contracts/queues.ts';
import type { SpawnView } from '../contracts/spawn.ts';
import type { WindowView } from '../contracts/window.ts';
import {
  closeWindow,
  endSpawn,
  extendWindow,
  openWindow,
  releaseService,
  type CloseWindow,
  type DeadlineChange,
  type EndSpawn,
  type EndStrays,
  type ExtendWindow,
  type KeepWindow,
  type ReleaseService,
  type RenewWindow,
  type RestartService,
  type StraysEnded,
} from '../workflows/messages.ts';
import { spawnStart } from '../workflows/spawn-start.ts';
import { windowStart } from '../workflows/window-start.ts';
import { createBreaker, type BreakerState } from './breaker.ts';
import { connectionOptions } from './temporal-connection.ts';
import { fromTemporal, isTemporalOutage } from './temporal-errors.ts';

/** How long one call may take, in ms, the wait for the window's answer included. */
interface Limit {
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
  /** Its own word that it serves, within 2 s. */
  health(): Promise<void>;
  readonly breaker: BreakerState;
  close(): Promise<void>;
}

const healthLimitMs = 2000;

/** Connects when first needed, and again after every loss. */
export function connectTemporal(address: string, namespace: string): TemporalPort {
  const connection = Connection.lazy(connectionOptions(address));
  const client = new Client({ connection, namespace });
  const within = <T>(limitMs: number, call: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + limitMs, call);
  const serving = () => within(healthLimitMs, () => connection.healthService.check({}));
  const breaker = createBreaker({
    code: 'temporal_unavailable',
    detail: 'Temporal does not answer; open windows end on time without it.',
    isOutage: isTemporalOutage,
    probe: serving,
  });
  const ask = async <T>(limitMs: number, call: () => Promise<T>): Promise<T> => {
    try {
      return await breaker.run(() => within(limitMs, call));
    } catch (error) {
      throw fromTemporal(error);
    }
  };
  const update =
    <Answer, Message>(definition: UpdateDefinition<Answer, [Message]>) =>
    (id: string, message: Message, call: Limit & { updateId?: string }): Promise<Answer> =>
      ask(call.limitMs, () => {
        const handle: WorkflowHandle = client.workflow.getHandle(windowWorkflowId(id));
        const { updateId } = call;
        return handle.executeUpdate(definition, {
          args: [message],
          ...(updateId !== undefined && { updateId }),
        });
      });
  const act = <T>(name: string, id: string, input: EndStrays, limitMs: number): Promise<T> =>
    ask(limitMs, () =>
      client.workflow.execute(name, {
        workflowId: id,
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: workflowQueue,
        args: [input],
        memo: { actor: input.actor, correlation_id: input.correlation_id },
      }),
    ) as Promise<T>;
  return {
    keepWindow: (input, renew, { limitMs, updateId }) =>
      ask(limitMs, () =>
        client.workflow.executeUpdateWithStart(openWindow, {
          args: [renew],
          updateId,
          startWorkflowOperation: startOf(input),
        }),
      ),
    extendWindow: update(extendWindow),
    closeWindow: update(closeWindow),
    releaseService: update(releaseService),
    endStrays: (input, { limitMs }) =>
      act('endStrays', actionWorkflowId('strays', input.host), input, limitMs),
    restartService: (input, { limitMs }) =>
      act('restartService', actionWorkflowId('restart', input.host, input.service), input, limitMs),
    startSpawn: (view, { limitMs }) =>
      ask(limitMs, async () => void (await client.workflow.start('spawnOnce', spawnStart(view)))),
    endSpawn: (id, message, { limitMs }) =>
      ask(limitMs, () => client.workflow.getHandle(spawnWorkflowId(id)).signal(endSpawn, message)),
    health: async () => {
      await ask(healthLimitMs, serving);
    },
    get breaker() {
      return breaker.state;
    },
    close: () => connection.close(),
  };
}

/** One operation serves one call: joins the window's run, or starts it; an ended one is not started again. */
function startOf(input: KeepWindow): WithStartWorkflowOperation<Workflow> {
  return new WithStartWorkflowOperation<(input: KeepWindow) => Promise<WindowView>>(
    'keepWindow',
    windowStart(input),
  ) as WithStartWorkflowOperation<Workflow>;
}
