import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startTaskStack, type TaskStack } from '../tasks/task-stack.ts';
import { until } from '../stack/wait.ts';

let stack: TaskStack;
beforeAll(async () => {
  stack = await startTaskStack({ temporalAddress: inject('temporalAddress') });
  await stack.open();
});
afterAll(() => stack?.destroy());

const asked = (text: string, id: string) =>
  stack.call('POST', '/vx11/intent', {
    intent_type: 'spawn',
    text,
    require: { spawner: true },
    correlation_id: id,
  });
const resultOf = (id: string) =>
  until(`${id} has ended`, async () => {
    const { body } = await stack.call('GET', `/vx11/result/${id}?wait_seconds=20`);
    return (body.status === 'DONE' || body.status === 'ERROR') && body;
  });

test('an intent that needs the spawner runs its text as a shell task, once, and returns its output', async () => {
  const { status, body } = await asked('echo from a plan', 'task-of-plan');
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ status: 'QUEUED', mode: 'SPAWNER', error: null });
  expect(await resultOf('task-of-plan')).toMatchObject({ status: 'DONE', mode: 'SPAWNER' });
  const { body: plan } = await stack.call('GET', `/madre/plans/${body.response.plan_id}`);
  const step = plan.steps.find(({ type }: { type: string }) => type === 'SPAWN');
  expect(step).toMatchObject({ status: 'DONE', result: { stdout: 'from a plan\n', exit_code: 0 } });
  const { body: tasks } = await stack.call('GET', '/vx11/spawns');
  expect(tasks.spawns).toHaveLength(1);
  expect((await stack.result(step.result.spawn_id)).metadata).toEqual({ plan_id: plan.plan_id });
});

test('a task that fails makes its plan fail, with the reason', async () => {
  await asked('exit 3', 'task-that-fails');
  const failed = await resultOf('task-that-fails');
  expect(failed).toMatchObject({ status: 'ERROR' });
  expect(JSON.stringify(failed)).toContain('task_failed');
  const { body } = await stack.call('GET', '/madre/reports?kind=spawn');
  expect(body.reports).toMatchObject([
    { correlation_id: 'task-that-fails', status: 'failed', report: { result: { exit_code: 3 } } },
    { correlation_id: 'task-of-plan', status: 'success', report: { result: { exit_code: 0 } } },
  ]);
});
