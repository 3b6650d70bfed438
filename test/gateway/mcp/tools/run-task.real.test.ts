import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { createTokenAnswer } from '../../../../contracts/token.ts';
import { startStack } from '../../../stack/stack.ts';
import { addSpawner, spawnerSettings, type TaskStack } from '../../../tasks/task-stack.ts';
import { connectClient } from '../any-client.ts';

let stack: TaskStack;
let token: string;
beforeAll(async () => {
  const options = {
    temporalAddress: inject('temporalAddress'),
    services: { mcp: {}, spawner: {} },
    env: await spawnerSettings(),
  };
  stack = addSpawner(await startStack(options));
  const agent = { host: 'a-test', person: 'ada' };
  const made = await stack.call('POST', '/vx11/tokens', { name: 'ada', scope: 'agent', agent });
  ({ token } = createTokenAnswer.parse(made.body));
  const body = { target: 'mcp', ttl_seconds: 600, wait_seconds: 60 };
  await stack.call('POST', '/vx11/window/open', body);
  stack.spawner.start();
});
afterAll(() => stack?.destroy());

test('an agent runs code after a person agreed, and reads its output, without the token that is in it', async () => {
  const client = await connectClient('v2-modern http', { url: stack.url, token });
  onTestFinished(() => client.close());
  const code = `import statistics\nprint('median', statistics.median([3, 1, 4]), '${token}', 'end')`;
  const asked = await client.call('vx11_run_task', {
    task_type: 'python',
    code,
    reason: 'to compute the median of the samples',
  });
  expect(asked.text).toMatch(/^Nothing was done yet/);
  const plan_id = String(asked.data['plan_id']);
  expect(await stack.sandboxes()).toEqual([]);

  const path = `/madre/plans/${plan_id}`;
  const { plan_hash } = (await stack.call('GET', path)).body;
  const { confirm_token } = (await stack.call('POST', `${path}/token`, { plan_hash })).body;
  expect((await stack.call('POST', `${path}/confirm`, { confirm_token })).status).toBe(200);

  let plan = asked.data;
  while (/^(WAITING|PENDING|RUNNING)$/.test(String(plan['status']))) {
    ({ data: plan } = await client.call('vx11_plan', { plan_id, wait_seconds: 25 }));
  }
  expect(plan, JSON.stringify(plan)).toMatchObject({ status: 'DONE' });
  const steps = plan['steps'] as { type: string; spawn_id?: string; exit_code?: number }[];
  const { spawn_id, exit_code } = steps.find(({ type }) => type === 'SPAWN')!;
  expect(exit_code).toBe(0);
  const { data: task } = await client.call('vx11_task', { spawn_id });
  expect(task).toMatchObject({ state: 'completed', exit_code: 0 });

  const read = async (args: object) =>
    (await client.call('vx11_task_output', { spawn_id, stream: 'stdout', ...args })).data;
  const shown = 'median 3 [a secret of VX11 was removed] end\n';
  expect(await read({})).toMatchObject({ untrusted_text: shown, next_offset: null });
  const secret = token.slice(-20);
  for (let offset = 0; offset < shown.length; offset += 5)
    expect(JSON.stringify(await read({ from: 'head', offset }))).not.toContain(secret);
  expect(await read({ contains: secret })).toMatchObject({ untrusted_text: '' });
});
