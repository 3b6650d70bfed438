import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { createTokenAnswer } from '../../../contracts/token.ts';
import { startStack, type TestStack } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';
import { connectClient, type AnyClient, type ClientKind } from './any-client.ts';

let stack: TestStack;
let token: string;
beforeAll(async () => {
  stack = await startStack({
    temporalAddress: inject('temporalAddress'),
    services: { web: {}, mcp: {} },
  });
  const agent = { host: 'a-test', person: 'ada' };
  const made = await stack.call('POST', '/vx11/tokens', { name: 'ada', scope: 'agent', agent });
  ({ token } = createTokenAnswer.parse(made.body));
  const body = { target: 'mcp', ttl_seconds: 600, wait_seconds: 60 };
  await stack.call('POST', '/vx11/window/open', body);
});
afterAll(() => stack?.destroy());

const kinds: ClientKind[] = ['v2-modern http', 'v2-modern stdio', 'v1 stdio'];

test('a wait fails at once when the gateway is killed, and the same client calls again once it is back', async () => {
  const clients: AnyClient[] = [];
  for (const kind of kinds) {
    const client = await connectClient(kind, { url: stack.url, token });
    onTestFinished(() => client.close());
    clients.push(client);
  }
  const ask = { services: ['web'], ttl_seconds: 60, reason: 'to see what a kill does' };
  const { data } = await clients[0]!.call('vx11_open_window', ask);
  const { plan_id } = data;
  const waits = clients.map((client) => client.call('vx11_plan', { plan_id, wait_seconds: 40 }));
  const ends = Promise.allSettled(waits);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await stack.gateway.kill();
  expect((await ends).map(({ status }) => status)).toEqual(kinds.map(() => 'rejected'));
  expect(await stack.running()).not.toContain('web');
  stack.gateway.start();
  await stack.ready();
  for (const client of clients) {
    const { data: now } = await client.call('vx11_plan', { plan_id });
    expect(now).toMatchObject({ plan_id, status: 'WAITING' });
  }
  const waiting = clients.map((client) => client.call('vx11_plan', { plan_id, wait_seconds: 40 }));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const path = `/madre/plans/${String(plan_id)}`;
  const { plan_hash } = (await stack.call('GET', path)).body;
  const renewed = await stack.call('POST', `${path}/token`, { plan_hash });
  const { confirm_token } = renewed.body;
  expect((await stack.call('POST', `${path}/confirm`, { confirm_token })).status).toBe(200);
  for (const { data: now } of await Promise.all(waiting)) {
    expect(now['status']).not.toBe('WAITING');
  }
  await until('web is up', async () => (await stack.running()).includes('web'));
});
