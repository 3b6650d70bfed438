import type { Logger } from 'pino';
import { createChat } from '../../activities/plans/chat.ts';
import { control } from '../../activities/plans/control.ts';
import { createPlanActivities } from '../../activities/plans/create-activities.ts';
import type { PlanActivities } from '../../activities/plans/plan-activities.ts';
import { createPlanEventBus } from '../../activities/plans/plan-event-bus.ts';
import type { PlanDeps } from '../../activities/plans/ports.ts';
import { createPlanRound } from '../../activities/plans/round.ts';
import { createPlanTasks } from '../../activities/tasks/plan-task.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Llm } from '../../activities/providers/language-models.ts';
import { madreChatCall, madreControlCall } from '../../contracts/chat.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { Store } from '../../store/index.ts';
import { internalCall, type InternalCalls } from './http.ts';
import type { TemporalConnection } from './temporal.ts';

/** madre's part in plans. */
export interface Planning {
  /** For code in this process that proposes plans. */
  deps: PlanDeps;
  activities: PlanActivities;
  calls: InternalCalls;
  /** Starts plans that have no run, and ends plans whose run Temporal has lost. */
  round(): Promise<void>;
}

export function createPlanning(around: {
  store: Store;
  clock: Clock;
  log: Logger;
  llm: Llm;
  door: TemporalConnection;
}): Planning {
  const { store, clock, log, llm, door } = around;
  const eventBus = createPlanEventBus();
  const deps: PlanDeps = {
    store,
    clock,
    log,
    runs() {
      if (door.plans !== null) return door.plans;
      throw new VX11Error('temporal_unavailable', 'Temporal does not answer; try again shortly.', {
        retryAfterSeconds: 2,
      });
    },
    spawner: createPlanTasks({ store, clock, runs: () => door.spawns }),
    roles: {},
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
    },
    round: createPlanRound(deps),
  };
}
