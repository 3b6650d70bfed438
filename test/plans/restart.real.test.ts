import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { actionWorkflowId, newId } from '../../contracts/ids.ts';
import { planRuns } from '../../workers/temporal/runs/plan-runs.ts';
import { deaf, obedient, startStack, type TestStack } from '../stack/stack.ts';
import { lookInStore } from '../stack/promises.ts';
import { until } from '../stack/wait.ts';

test('a plan restarts a service inside its window, once a step, and only while the window holds it; a sentence asks for the same', async () => {
  const temporalAddress = inject('temporalAddress');
  const stack = await startStack({ temporalAddress, services: { web: {} } });
  const connection = await Connection.connect({ address: temporalAddress });
  onTestFinished(async () => {
    await connection.close();
    await stack.destroy();
  });
  const opened = await stack.call('POST', '/vx11/window/open', { target: 'web', ttl_seconds: 900 });
  const { window_id } = opened.body;
  const view = async () => (await stack.call('GET', `/vx11/windows/${window_id}`)).body;
  const before = await view();
  const startedAt = () =>
    stack.docker('inspect', '-f', '{{.State.StartedAt}}', `${stack.project}-web-1`);
  const runs = planRuns(new Client({ connection }), 'nobody');
  const message = {
    actor: 'autonomy',
    correlation_id: 'c-restart',
    window_id: opened.body.window_id as string,
    host: stack.project,
    service: 'web',
    update_id: `${newId('plan')}:s1`,
  };
  const first = await startedAt();
  expect(await runs.restartService(message, 60_000)).toBeNull();
  const second = await startedAt();
  expect(second).not.toBe(first);
  expect(await runs.restartService(message, 60_000)).toBeNull();
  expect(await startedAt()).toBe(second);
  expect(await view()).toEqual(before);

  const asked = await stack.call('POST', '/madre/chat', { message: 'restart web' });
  const { plan_id, confirm_token } = asked.body;
  await stack.call('POST', `/madre/plans/${plan_id}/confirm`, { confirm_token });
  await until(
    'the plan is done',
    async () => (await stack.call('GET', `/madre/plans/${plan_id}`)).body.status === 'DONE',
  );
  expect(await startedAt()).not.toBe(second);
  expect(await view()).toEqual(before);

  const again = await startedAt();
  await stack.call('POST', '/operator/power/window/open', { services: ['web'], ttl_sec: 900 });
  await stack.call('POST', '/vx11/window/close', { window_id });
  const late = { ...message, update_id: `${newId('plan')}:s1` };
  expect(await runs.restartService(late, 60_000)).toMatchObject({ code: 'window_not_open' });
  expect(await startedAt()).toBe(again);
  // a retry of the first one returns what it did
  expect(await runs.restartService(message, 60_000)).toBeNull();
  expect(await startedAt()).toBe(again);
});

const slowly = {
  healthcheck: {
    test: ['CMD', 'test', '-e', '/ready'],
    interval: '1s',
    timeout: '1s',
    retries: 90,
  },
};

describe('a service that takes its time', () => {
  let stack: TestStack;
  let connection: Connection;
  let client: Client;
  beforeAll(async () => {
    const temporalAddress = inject('temporalAddress');
    const [shell, flag, serve] = obedient;
    const [, , refuse] = deaf;
    stack = await startStack({
      temporalAddress,
      services: {
        slow: { ...slowly, command: [shell, flag, `rm -f /ready; ${serve}`] },
        stubborn: {
          ...slowly,
          command: [shell, flag, `rm -f /ready; ${refuse}`],
          stop_grace_period: '4s',
        },
      },
    });
    connection = await Connection.connect({ address: temporalAddress });
    client = new Client({ connection });
  });
  afterAll(async () => {
    await connection?.close();
    await stack?.destroy();
  });

  const inspect = async (name: string, what: string) =>
    (
      await stack.docker('inspect', '-f', `{{.State.${what}}}`, `${stack.project}-${name}-1`)
    ).trim();
  const becomesReady = (name: string) =>
    stack.docker('exec', `${stack.project}-${name}-1`, 'touch', '/ready');
  const isOpen = (id: string) =>
    until(
      'it is open',
      async () => (await stack.call('GET', `/vx11/windows/${id}`)).body.state === 'open',
    );
  const open = async (name: string): Promise<string> => {
    const asked = { target: name, ttl_seconds: 900, wait_seconds: 0 };
    const { window_id } = (await stack.call('POST', '/vx11/window/open', asked)).body;
    await until('it runs', async () => (await stack.running()).includes(name));
    await becomesReady(name);
    await isOpen(window_id);
    return window_id;
  };
  /** A plan that restarts it, and the run in which it does. */
  const restart = async (name: string) => {
    const { body } = await stack.call('POST', '/madre/chat', { message: `restart ${name}` });
    const { plan_id, confirm_token } = body;
    await stack.call('POST', `/madre/plans/${plan_id}/confirm`, { confirm_token });
    const run = client.workflow.getHandle(
      actionWorkflowId('restart', stack.project, `${plan_id}:s1`),
    );
    return { plan_id: plan_id as string, run };
  };
  const plan = async (id: string) => (await stack.call('GET', `/madre/plans/${id}`)).body;
  const tried = (run: WorkflowHandle, times: number) =>
    until(`it is tried ${times} times`, async () => {
      const { raw } = await run.describe();
      const [pending] = raw.pendingActivities ?? [];
      return pending?.attempt === times && pending.lastStartedTime !== null;
    });
  const stops = (name: string) =>
    lookInStore(stack, async ({ events }) =>
      (await events.after(0, 1000)).filter(
        ({ type, service }) => type === 'service.stopped' && service === name,
      ),
    );

  test('is restarted once, even if madre is killed while it starts', async () => {
    await open('slow');
    const before = await inspect('slow', 'StartedAt');
    const { plan_id, run } = await restart('slow');
    const once = await until('it has started again', async () => {
      const now = await inspect('slow', 'StartedAt');
      return now !== before && (await inspect('slow', 'Running')) === 'true' && now;
    });
    await sleep(1000);
    await stack.madre.kill();
    stack.madre.start();
    await stack.ready();
    await tried(run, 2);
    await sleep(3000);
    expect(await inspect('slow', 'StartedAt')).toBe(once);
    expect((await plan(plan_id)).status).toBe('RUNNING');
    await becomesReady('slow');
    await until('the plan is done', async () => (await plan(plan_id)).status === 'DONE');
    expect(await inspect('slow', 'StartedAt')).toBe(once);
    expect(await stops('slow')).toHaveLength(1);
  });

  test('is restarted once, even if madre is killed while it stops', async () => {
    await open('stubborn');
    const before = await inspect('stubborn', 'StartedAt');
    const { plan_id, run } = await restart('stubborn');
    await tried(run, 1);
    await sleep(1000);
    expect(await inspect('stubborn', 'StartedAt')).toBe(before);
    await stack.madre.kill();
    stack.madre.start();
    await stack.ready();
    const once = await until('it has started again', async () => {
      const now = await inspect('stubborn', 'StartedAt');
      return now !== before && (await inspect('stubborn', 'Running')) === 'true' && now;
    });
    await tried(run, 2);
    await becomesReady('stubborn');
    await until('the plan is done', async () => (await plan(plan_id)).status === 'DONE');
    expect(await inspect('stubborn', 'StartedAt')).toBe(once);
  });

  test('keeps running if its plan is cancelled, and nothing waits for it any more', async () => {
    const id = await open('slow');
    const before = await inspect('slow', 'StartedAt');
    const { plan_id, run } = await restart('slow');
    await until('it is restarted', async () => (await inspect('slow', 'StartedAt')) !== before);
    await stack.call('POST', `/madre/plans/${plan_id}/cancel`, {});
    await until(
      'the run has ended',
      async () => (await run.describe()).status.name === 'CANCELLED',
    );
    const { status, steps } = await plan(plan_id);
    expect([status, steps[0].status]).toEqual(['CANCELLED', 'CANCELLED']);
    expect(steps[0].result.undo.left).toContain('given up');
    expect(await stack.running()).toContain('slow');
    await isOpen(id);
  });
});
