import {
  Client,
  Connection,
  WithStartWorkflowOperation,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleHandle,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  defaultPayloadConverter,
  toPayloads,
  type UpdateDefinition,
  type Workflow,
} from '@temporalio/common';
import { VX11Error } from '../../contracts/errors.ts';
import {
  actionWorkflowId,
  audioBatchWorkflowId,
  audioWorkflowId,
  autonomyScheduleId,
  checkScheduleId,
  checksWorkflowId,
  repairWorkflowId,
  planWorkflowId,
  pullWorkflowId,
  taskWorkflowId,
  windowWorkflowId,
} from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import type { PlanView } from '../../contracts/plan.ts';
import type { AntResult } from '../../contracts/incidents.ts';
import { lookStart } from '../../workflows/incidents/start.ts';
import type { WindowView } from '../../contracts/window.ts';
import { sha256 } from '../../platform/hash.ts';
import { cancelChecks } from '../../workflows/checks/messages.ts';
import { checksStart } from '../../workflows/checks/start.ts';
import { cancelRepair } from '../../workflows/repair/messages.ts';
import { repairStart } from '../../workflows/repair/start.ts';
import {
  closeWindow,
  endSpawn,
  extendWindow,
  openWindow,
  releaseService,
  type EndStrays,
  type KeepWindow,
} from '../../workflows/messages.ts';
import {
  cancelPlan,
  confirmPlan,
  rejectPlan,
  renewPlanToken,
} from '../../workflows/plan-messages.ts';
import { cancelPull } from '../../workflows/models/messages.ts';
import type { searchModels } from '../../workflows/models/search.ts';
import { pullStart, searchStart } from '../../workflows/models/start.ts';
import {
  audioBatchStart,
  audioStart,
  cancelAudio,
  cancelAudioBatch,
} from '../../workflows/audio/start.ts';
import { auditStart } from '../../workflows/drift/start.ts';
import { scanStart } from '../../workflows/programs/start.ts';
import { taskStart } from '../../workflows/task-start.ts';
import { windowStart } from '../../workflows/window-start.ts';
import { createBreaker } from './breaker.ts';
import type { Limit, PlanCall, TemporalClient } from './port.ts';
import { connectionOptions } from './connection.ts';
import type { TemporalCredentials } from '../../platform/tls/temporal.ts';
import { fromTemporal, isTemporalOutage } from './errors.ts';

const healthLimitMs = 2000;
const scheduleLimitMs = 5000;

/** Connects when first needed, and again after every loss. */
export function openTemporal(
  address: string,
  namespace: string,
  credentials: TemporalCredentials,
): TemporalClient {
  const connection = Connection.lazy(connectionOptions(address, credentials));
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
  const toPlan =
    <Message>(definition: UpdateDefinition<PlanView, [Message]>) =>
    (id: string, message: Message, { limitMs, updateId }: PlanCall): Promise<PlanView> =>
      ask(limitMs, () => {
        const handle: WorkflowHandle = client.workflow.getHandle(planWorkflowId(id));
        return handle.executeUpdate(definition, { args: [message], updateId });
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
  const signal = (
    workflowId: string,
    signalName: string,
    messages: unknown[],
    limitMs: number,
  ): Promise<void> =>
    ask(limitMs, async () => {
      await client.workflowService.signalWorkflowExecution({
        namespace,
        workflowExecution: { workflowId },
        signalName,
        input: { payloads: toPayloads(defaultPayloadConverter, ...messages) ?? [] },
        // a run accepts one signal per request id: its history does not grow however often a caller cancels
        requestId: 'end',
      });
    });
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
    startTask: (view, { limitMs }) =>
      ask(limitMs, async () => void (await client.workflow.start('spawnOnce', taskStart(view)))),
    endSpawn: (id, message, { limitMs }) =>
      signal(taskWorkflowId(id), endSpawn.name, [message], limitMs),
    startChecks: (run, { limitMs }) =>
      ask(limitMs, async () => void (await client.workflow.start('runChecks', checksStart(run)))),
    cancelChecks: (id, by, { limitMs }) =>
      signal(checksWorkflowId(id), cancelChecks.name, [by], limitMs),
    startRepair: (repair, { limitMs }) =>
      ask(limitMs, async () => void (await client.workflow.start('repair', repairStart(repair)))),
    cancelRepair: (id, by, { limitMs }) =>
      signal(repairWorkflowId(id), cancelRepair.name, [by], limitMs),
    startScan: (scan, { limitMs }) =>
      ask(
        limitMs,
        async () => void (await client.workflow.start('discoverPrograms', scanStart(scan))),
      ),
    startPull: (pull, { limitMs }) =>
      ask(limitMs, async () => void (await client.workflow.start('pullModel', pullStart(pull)))),
    cancelPull: (id, by, { limitMs }) => signal(pullWorkflowId(id), cancelPull.name, [by], limitMs),
    searchModels: (host, asked, { limitMs }) =>
      ask(limitMs, () =>
        client.workflow.execute<typeof searchModels>(
          'searchModels',
          searchStart(host, asked, sha256(JSON.stringify(asked)).slice(0, 16)),
        ),
      ),
    startAudit: (audit, { limitMs }) =>
      ask(limitMs, async () => void (await client.workflow.start('auditDrift', auditStart(audit)))),
    startAudio: (job, { limitMs }) =>
      ask(limitMs, async () => void (await client.workflow.start('audioJob', audioStart(job)))),
    cancelAudio: (id, by, { limitMs }) =>
      signal(audioWorkflowId(id), cancelAudio.name, [by], limitMs),
    startBatch: (batch, { limitMs }) =>
      ask(
        limitMs,
        async () => void (await client.workflow.start('audioBatch', audioBatchStart(batch))),
      ),
    cancelBatch: (id, by, { limitMs }) =>
      signal(audioBatchWorkflowId(id), cancelAudioBatch.name, [by], limitMs),
    runAnts: (input, { limitMs }) =>
      ask(
        limitMs,
        () => client.workflow.execute('runAnts', lookStart(input)) as Promise<AntResult[]>,
      ),
    autonomy: (turn, host, note) =>
      ask(scheduleLimitMs, () =>
        steer(client.schedule.getHandle(autonomyScheduleId(host)), turn, note),
      ),
    schedule: (turn, host, name, note) =>
      ask(scheduleLimitMs, () =>
        steer(client.schedule.getHandle(checkScheduleId(host, name)), turn, note),
      ),
    plans: {
      confirm: toPlan(confirmPlan),
      renewToken: toPlan(renewPlanToken),
      reject: toPlan(rejectPlan),
      cancel: toPlan(cancelPlan),
    },
    health: async () => {
      await ask(healthLimitMs, serving);
    },
    get breaker() {
      return breaker.state;
    },
    close: () => connection.close(),
  };
}

/** An operation for one call: joins the window's run, or starts it; does not start an ended one again. */
function startOf(input: KeepWindow): WithStartWorkflowOperation<Workflow> {
  return new WithStartWorkflowOperation<(input: KeepWindow) => Promise<WindowView>>(
    'keepWindow',
    windowStart(input),
  ) as WithStartWorkflowOperation<Workflow>;
}

async function steer(
  schedule: ScheduleHandle,
  act: 'resume' | 'pause' | 'round',
  note: string,
): Promise<void> {
  try {
    if (act === 'resume') await schedule.unpause(note);
    else if (act === 'pause') await schedule.pause(note);
    else await schedule.trigger(ScheduleOverlapPolicy.SKIP);
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    const detail =
      'madre has not created this schedule yet; it may be starting. Try again shortly.';
    throw new VX11Error('madre_unavailable', detail, { retryAfterSeconds: 2, cause: error });
  }
}
