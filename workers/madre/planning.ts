import type { Logger } from 'pino';
import { agentProposal } from '../../activities/plans/agent-proposal.ts';
import { createChat } from '../../activities/plans/chat.ts';
import { control } from '../../activities/plans/control.ts';
import { createPlanActivities } from '../../activities/plans/create-activities.ts';
import type { PlanActivities } from '../../activities/plans/plan-activities.ts';
import { createPlanEventBus } from '../../activities/plans/plan-event-bus.ts';
import type { PatchDeps } from '../../activities/patches/deps.ts';
import type { PlanDeps } from '../../activities/plans/ports.ts';
import { revertPatch } from '../../activities/plans/revert-patch.ts';
import { askSwitchForPlan } from '../../activities/plans/steps/ask-switch.ts';
import { auditForPlan } from '../../activities/plans/steps/audit-drift.ts';
import { askAboutAudio, audioForPlan } from '../../activities/plans/steps/make-audio.ts';
import { discoverForPlan } from '../../activities/plans/steps/discover.ts';
import { undoPull } from '../../activities/plans/steps/pull-model.ts';
import { scanForPlan } from '../../activities/plans/steps/scan.ts';
import { manifestatorForPlan, type MakePatch } from '../../activities/plans/steps/patch-drift.ts';
import { proposeChange } from '../../activities/plans/propose-patch.ts';
import { createPlanRound } from '../../activities/plans/round.ts';
import { createPlanTasks } from '../../activities/tasks/plan-task.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Post } from '../../platform/network/post.ts';
import type { Llm } from '../../activities/providers/language-models.ts';
import { madreChatCall, madreControlCall, madreRevertCall } from '../../contracts/chat.ts';
import { madreApplyCall, madrePatchCall } from '../../contracts/drift-patch.ts';
import {
  hermesService,
  hormigueroService,
  shubService,
  manifestatorService,
  switchService,
} from '../../contracts/queues.ts';
import { madreProposeCall } from '../../contracts/proposal.ts';
import type { Store } from '../../store/index.ts';
import { internalCall, type InternalCalls } from '../internal-http.ts';
import { callsOver, type TemporalConnection } from './temporal-connection.ts';

/** A host's part in plans: those that change its files run on it, and all others on madre's. */
export interface Planning {
  /** For code in this process that proposes plans. */
  deps: PlanDeps;
  activities: PlanActivities;
  /** What the gateway asks of madre. */
  calls: InternalCalls;
  /** madre's: starts plans that have no run, and ends plans whose run Temporal has lost. */
  round(): Promise<void>;
}

export function createPlanning(around: {
  store: Store;
  clock: Clock;
  log: Logger;
  llm: Llm;
  connection: TemporalConnection;
  patches: PatchDeps;
  /** Makes patches of drift on this host. */
  makePatch: MakePatch;
  /** The folder of uploaded audio. */
  audioFiles: string;
  /** Where switch is, and the key of the installation. */
  switchAt: { url: string; key: string | null; post?: Post };
}): Planning {
  const { store, clock, log, llm, connection, patches, makePatch, audioFiles, switchAt } = around;
  const eventBus = createPlanEventBus();
  const deps: PlanDeps = {
    store,
    clock,
    log,
    runs: callsOver(connection, 'plans'),
    checks: callsOver(connection, 'checks'),
    repairs: callsOver(connection, 'repairs'),
    spawner: createPlanTasks({ store, clock, runs: () => connection.tasks }),
    patches,
    roles: {
      [switchService]: askSwitchForPlan({ store, ...switchAt }),
      [hermesService]: discoverForPlan({
        store,
        clock,
        runs: callsOver(connection, 'scans'),
        models: callsOver(connection, 'models'),
      }),
      [manifestatorService]: manifestatorForPlan({
        plans: () => deps,
        make: makePatch,
        others: auditForPlan({ store, clock, runs: callsOver(connection, 'audits') }),
      }),
      [shubService]: audioForPlan({
        store,
        clock,
        runs: callsOver(connection, 'audio'),
        files: audioFiles,
      }),
      [hormigueroService]: scanForPlan({ store, runs: callsOver(connection, 'ants') }),
    },
    questions: { CALL_SHUB: askAboutAudio(audioFiles) },
    undoes: {
      [hermesService]: undoPull({ store, clock, models: callsOver(connection, 'models') }),
    },
    stepped: (plan, step) => eventBus.step(plan, step),
    ended: (plan) => eventBus.end(plan),
  };
  const chat = createChat({ ...deps, llm, eventBus });
  return {
    deps,
    activities: createPlanActivities(deps),
    calls: {
      '/chat': internalCall(madreChatCall, chat),
      '/control': internalCall(madreControlCall, (call) => control(deps, call)),
      '/revert': internalCall(madreRevertCall, (call) => revertPatch(deps, call)),
      '/patches/make': internalCall(madrePatchCall, makePatch),
      '/patches/apply': internalCall(madreApplyCall, ({ patch_id, ...caller }) =>
        proposeChange(deps, patch_id, { ...caller, source: 'repair' }),
      ),
      '/propose': internalCall(madreProposeCall, (call) => agentProposal(deps, call)),
    },
    round: createPlanRound(deps),
  };
}
