import {
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import pino from 'pino';
import { actionWorkflowId, newId } from '../../contracts/ids.ts';
import { powerQueue } from '../../contracts/queues.ts';
import type { WindowView } from '../../contracts/window.ts';
import { installTemporalRuntime } from '../../workers/temporal/runtime.ts';
import type { keepWindow } from '../../workflows/keep-window.ts';
import {
  openWindow,
  type CloseWindow,
  type DeadlineChange,
  type KeepWindow,
} from '../../workflows/messages.ts';
import type { restartService } from '../../workflows/service-actions.ts';
import { windowStart } from '../../workflows/window-start.ts';
import { testBundlePath } from '../stack/bundle.ts';
import { aWindow } from '../domain/samples.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { connectWorkers } from './workers.ts';

export const by = { actor: 'ada', correlation_id: 'c-1' };
export const close: CloseWindow = { reason: 'done', closed_by: 'caller', ...by };

/** The error code of a refused update. */
export const refusal = (update: Promise<unknown>): Promise<string | null | undefined> =>
  update.then(
    () => 'it was not refused',
    (error: unknown) => {
      const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
      if (cause instanceof ApplicationFailure) return cause.type;
      throw error;
    },
  );

let runtime: Promise<unknown> | undefined;
/** The workflow bundle, built once for this version of the workflows. */
export async function testBundle(): Promise<{ codePath: string }> {
  await (runtime ??= installTemporalRuntime(pino({ level: 'silent' })));
  return { codePath: await testBundlePath() };
}

type Handle = WorkflowHandle<typeof keepWindow>;

/** The real workflows on their own task queue, and the hosts in memory that they control. */
export interface TemporalBench {
  client: Client;
  taskQueue: string;
  /** A new host with a unique name. */
  host(name?: string): Promise<{ host: FakeHost; name: string }>;
  request(host: string, change?: Partial<WindowView>): WindowView;
  start(view: WindowView, whenFull?: KeepWindow['when_full']): Promise<Handle>;
  /** Starts the window, or joins a running one, and waits until it is open, as the gateway does. */
  open(
    view: WindowView,
    ttlMs?: number | null,
    whenFull?: KeepWindow['when_full'],
  ): Promise<DeadlineChange>;
  handle(view: WindowView): Handle;
  /** Starts a restart of `web` on this host, in this window or in any. */
  restart(host: string, window_id?: string): Promise<WorkflowHandle<typeof restartService>>;
  /** Stops the worker that runs workflows; activities continue. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBench(address: string): Promise<TemporalBench> {
  const workflowsIn = await testBundle();
  const workers = await connectWorkers(address);
  const { client, taskQueue } = workers;
  const startWorkflows = () =>
    workers.start({
      taskQueue,
      workflowBundle: workflowsIn,
      stickyQueueScheduleToStartTimeout: '1s',
    });
  let endWorkflows: (() => Promise<void>) | null = await startWorkflows();
  const operation = (input: KeepWindow) => ({ ...windowStart(input), taskQueue });
  return {
    client,
    taskQueue,
    async host(name = `host-${newId('run').slice(4)}`) {
      const host = createFakeHost();
      await workers.start({ taskQueue: powerQueue(name), activities: { ...host.activities } });
      return { host, name };
    },
    request: (host, change = {}) =>
      aWindow({
        window_id: newId('window'),
        host,
        requested_at: new Date().toISOString(),
        ...change,
      }),
    start: (view, when_full = 'refuse') =>
      client.workflow.start<typeof keepWindow>('keepWindow', operation({ view, when_full })),
    open: (view, ttl_ms = null, when_full = 'refuse') =>
      client.workflow.executeUpdateWithStart(openWindow, {
        args: [{ ttl_ms, reason: null, ...by }],
        startWorkflowOperation: new WithStartWorkflowOperation<
          (input: KeepWindow) => Promise<WindowView>
        >('keepWindow', operation({ view, when_full })) as never,
      }),
    handle: (view) =>
      client.workflow.getHandle<typeof keepWindow>(
        windowStart({ view, when_full: 'refuse' }).workflowId,
      ),
    restart: (host, window_id) =>
      client.workflow.start<typeof restartService>('restartService', {
        workflowId: actionWorkflowId('restart', host, newId('run')),
        taskQueue,
        args: [{ host, service: 'web', ...(window_id !== undefined && { window_id }), ...by }],
      }),
    async pause() {
      await endWorkflows?.();
      endWorkflows = null;
    },
    async resume() {
      endWorkflows ??= await startWorkflows();
    },
    stop: () => workers.stop(),
  };
}
