import { ApplicationFailure, Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import {
  endedWithout,
  hasTaskEnded,
  outOfTime,
  endedBy,
  type AttemptEnd,
} from '../../domain/tasks/task.ts';
import { allDone } from '../../platform/concurrency/all-done.ts';
import type { Store } from '../../store/index.ts';
import { presenceMs } from '../../store/system/presence.ts';
import { callbackSecret, signature } from './callback-secret.ts';
import { AddressRefused } from '../../platform/network/post-public.ts';
import { postCallback } from './post-callback.ts';
import { reportOf, settleAttempt, taskEvent } from './settle-attempt.ts';
import type { Attempt, TaskLifecycleActivities, AttemptOutcome } from './task-activities.ts';
import type { SpawnerWatch } from './spawner-watch.ts';

/** Everything that madre's task activities use. */
export interface TaskLifecycleDeps {
  store: Store;
  /** Watches the spawner of the host that these tasks are on. */
  watch: SpawnerWatch;
  home: string;
  /** Private hosts that callbacks may still go to. */
  callbackAllow: readonly string[];
  /** Removes every sandbox of a task; throws while the Engine is unavailable. */
  removeSandboxes(taskId: string): Promise<void>;
  /** Signals the workflow of a task to end; no error if it has ended already. */
  requestEnd(taskId: string, by: string): Promise<void>;
  log: Logger;
}

/** Maximum attempts of a callback; the pauses between them are in `workflows/proxies.ts`. */
export const callbackTries = 8;

/** How long to wait before an attempt that is still held is requested again. */
const againMs = 1000;

/** Workflows that are signalled at the same time. */
const signalsAtOnce = 16;

const lost = (): AttemptEnd =>
  endedWithout(
    'lost',
    'sandbox_lost',
    'the process that ran it is gone, and its result is unknown',
  );

const endOf: Record<AttemptOutcome, () => AttemptEnd> = {
  cancelled: () => endedBy('cancelled'),
  window_closed: () => endedBy('window_closed'),
  out_of_time: () => outOfTime(true),
  lost,
  unheard: lost,
};

/** Returns whether an attempt without a result may still get one: it has not started, or its spawner lives. */
async function isHeld(
  { store, watch }: Pick<TaskLifecycleDeps, 'store' | 'watch'>,
  { spawn_id, attempt, verdict }: Attempt & { verdict: AttemptOutcome },
): Promise<boolean> {
  if (verdict !== 'lost' && verdict !== 'unheard') return false;
  const record = await store.tasks.record(spawn_id);
  if (record === null || record.ending !== null || hasTaskEnded(record.view.state)) return false;
  const begun = record.attempts.find((one) => one.attempt === attempt);
  if (begun === undefined) return true;
  if (begun.finished_at !== null || verdict === 'lost') return false;
  const { silentMs, since } = await watch.look();
  // both times are by the spawner's clock
  return silentMs < presenceMs && since <= Date.parse(begun.started_at);
}

export function createTaskLifecycle(deps: TaskLifecycleDeps): TaskLifecycleActivities {
  const { store } = deps;
  /** If this write fails, the sweep finds the completed workflow and repeats only the write, not the callback. */
  const noteCallback = (taskId: string): Promise<void> =>
    store.tasks
      .callbackDelivered(taskId)
      .catch((error: unknown) => deps.log.warn({ err: error }, 'could not record a callback'));
  return {
    async finishAttempt({ spawn_id, attempt, verdict }) {
      if (await isHeld(deps, { spawn_id, attempt, verdict }))
        return { state: 'queued', ended: false, pause_ms: againMs, again: true };
      // nothing of it may still run when another attempt starts, or once its end is recorded
      await deps.removeSandboxes(spawn_id);
      const finished_at = Date.now();
      const nothing = { artifacts: [], refused: [], started_at: null };
      const ended = { attempt, end: endOf[verdict](), finished_at, ...nothing };
      const done = await store.tasks.change(spawn_id, (record) =>
        settleAttempt(record, ended, 'madre'),
      );
      if (done === null) return { state: 'lost', ended: true, pause_ms: 0 };
      return reportOf(done.record, attempt);
    },
    async endDaughters({ spawn_id, by }) {
      const live = await store.tasks.requestEnd(spawn_id, {
        reason: 'cancelled',
        by,
        at: Date.now(),
      });
      const others = live.filter((id) => id !== spawn_id);
      const atOnce = pLimit(signalsAtOnce);
      await allDone(others.map((id) => atOnce(() => deps.requestEnd(id, by))));
    },
    async deliverCallback({ spawn_id }) {
      const record = await store.tasks.record(spawn_id);
      const url = record?.view.callback_url ?? null;
      if (record === null || url === null) return;
      const body = JSON.stringify({ ...record.view, attempts: record.attempts });
      const seconds = Math.floor(Date.now() / 1000);
      const headers = {
        'x-vx11-signature': signature(await callbackSecret(deps.home), seconds, body),
        'x-correlation-id': record.view.correlation_id,
        'idempotency-key': spawn_id,
      };
      try {
        await postCallback(url, body, headers, deps.callbackAllow);
      } catch (error) {
        const refused = error instanceof AddressRefused;
        const message = error instanceof Error ? error.message : String(error);
        if (!refused && Context.current().info.attempt < callbackTries) throw error;
        deps.log.warn({ spawn_id, because: message }, 'gave up a callback');
        const payload = { because: message, refused };
        await store.events.append([
          taskEvent('spawn.callback_failed', record.view, 'madre', Date.now(), payload),
        ]);
        await noteCallback(spawn_id);
        throw ApplicationFailure.nonRetryable(message, refused ? 'CallbackRefused' : 'Undelivered');
      }
      await noteCallback(spawn_id);
    },
  };
}
