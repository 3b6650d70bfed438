import { Client, Connection } from '@temporalio/client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { newId } from '../../contracts/ids.ts';
import { planRuns } from '../../workers/plan-runs.ts';
import { startStack } from '../stack/stack.ts';
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

  await stack.call('POST', '/vx11/window/close', { window_id });
  const late = { ...message, update_id: `${newId('plan')}:s1` };
  expect(await runs.restartService(late, 60_000)).toMatchObject({ code: 'window_not_open' });
  expect(await stack.running()).toEqual([]);
});
