import { afterEach, expect, test, vi } from 'vitest';
import { createPlanTasks } from '../../../activities/tasks/plan-task.ts';
import type { StepOf } from '../../../contracts/plan.ts';
import type { Store } from '../../../store/index.ts';
import { aPlan, aStep } from '../../domain/plans/plan-samples.ts';

afterEach(() => void vi.useRealTimers());

test('a task whose spawner sends no heartbeat in time is not started, and may be retried', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  // the store offers nothing else, so that any write would fail
  const store = {
    tasks: { find: async () => null },
    presence: {
      async list() {
        vi.advanceTimersByTime(30_000);
        return [];
      },
    },
  } as unknown as Store;
  const tasks = createPlanTasks({ store, clock: Date.now, runs: () => null });
  const params = { task_type: 'shell', code: 'true', ttl_seconds: 60 } as const;
  const step = aStep({ type: 'SPAWN', params }) as StepOf<'SPAWN'>;
  const end = await tasks.run(aPlan(), step, new AbortController().signal);
  expect(end).toMatchObject({
    status: 'ERROR',
    error: { code: 'spawner_unavailable', may_retry: true },
  });
});
