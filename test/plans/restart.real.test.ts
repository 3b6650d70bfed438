import { Client, Connection } from '@temporalio/client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { newId } from '../../contracts/ids.ts';
import { planRuns } from '../../workers/plan-runs.ts';
import { startStack } from '../stack/stack.ts';

test('a plan restarts a service inside its window, once a step, and only while the window holds it', async () => {
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

  await stack.call('POST', '/vx11/window/close', { window_id });
  const late = { ...message, update_id: `${newId('plan')}:s1` };
  expect(await runs.restartService(late, 60_000)).toMatchObject({ code: 'window_not_open' });
  expect(await stack.running()).toEqual([]);
});
