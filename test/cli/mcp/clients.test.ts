import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  clientKinds,
  connectClient,
  startFragileLink,
  type AnyClient,
  type ClientKind,
} from '../../gateway/mcp/any-client.ts';
import { startMcpFixture, type McpFixture } from '../../gateway/mcp/mcp-fixture.ts';
import { plenty } from '../../gateway/fixture.ts';

let fixture: McpFixture;
let door: string;
beforeAll(async () => {
  fixture = await startMcpFixture({
    config: { maxStreams: 10, limits: { ...plenty, proposalsPerToken: 100 } },
  });
  door = await fixture.open('mcp', 600_000);
});
afterAll(() => fixture.close());

const connect = async (kind: ClientKind, url = fixture.url): Promise<AnyClient> => {
  const { token } = await fixture.named(`agent of ${kind}`, 'agent');
  const client = await connectClient(kind, { url, token });
  onTestFinished(() => client.close());
  return client;
};
const confirm = async (plan_id: unknown) => {
  const path = `/madre/plans/${String(plan_id)}`;
  const { body: plan } = await fixture.get(path);
  const { body } = await fixture.post(`${path}/token`, { plan_hash: plan.plan_hash });
  return fixture.post(`${path}/confirm`, { confirm_token: body.confirm_token });
};
const soon = () => new Promise((resolve) => setTimeout(resolve, 300));

describe.each(clientKinds)('the client %s of the SDK', (kind) => {
  test('looks around, asks, waits while a person agrees, and gives up what it asked for', async () => {
    const client = await connect(kind);
    expect(await client.tools()).toHaveLength(18);
    expect((await client.call('vx11_status', { service: 'web' })).text).toContain('off_by_policy');
    expect(await client.read('vx11://services/web')).toMatchObject({ services: [{ name: 'web' }] });
    expect(await client.prompt('why_asleep', { service: 'web' })).toContain('"web"');
    const ask = { services: ['web'], ttl_seconds: 60, reason: `to test ${kind}` };
    const asked = await client.call('vx11_open_window', ask);
    expect(asked.data).toMatchObject({ status: 'WAITING' });
    const { plan_id } = asked.data;
    const waiting = client.call('vx11_plan', { plan_id, wait_seconds: 40 });
    await soon();
    expect((await confirm(plan_id)).status).toBe(200);
    expect((await waiting).data).toMatchObject({ plan_id, status: 'RUNNING' });
    const again = await client.call('vx11_open_window', { ...ask, ttl_seconds: 61 });
    const back = await client.call('vx11_withdraw_plan', { plan_id: again.data['plan_id'] });
    expect(back.data).toMatchObject({ status: 'CANCELLED' });
    // a refusal names the next step, and has no data with it
    const wrong = await client.call('vx11_plan', { plan_id: 'plan-0000000000000000' });
    expect(wrong).toMatchObject({ isError: true, data: {} });
    expect(wrong.text).toMatch(/^plan_not_found: .* Next: call vx11_plans/);
    await expect(client.call('vx11_nothing', {})).rejects.toThrow(/vx11_nothing/);
    await expect(client.read('vx11://nothing')).rejects.toThrow();
  });

  test('that waits hears at once that the gateway is gone, and asks again once it is back', async () => {
    const link = await startFragileLink(fixture.url);
    onTestFinished(() => link.close());
    const client = await connect(kind, link.url);
    const asked = await client.call('vx11_open_window', {
      services: ['db'],
      ttl_seconds: 60,
      reason: `to test ${kind}`,
    });
    const { plan_id } = asked.data;
    const waiting = client.call('vx11_plan', { plan_id, wait_seconds: 40 });
    await soon();
    link.cut();
    await expect(waiting).rejects.toThrow();
    const now = await client.call('vx11_plan', { plan_id });
    expect(now.data).toMatchObject({ plan_id, status: 'WAITING' });
    await client.call('vx11_withdraw_plan', { plan_id });
  });
});

test('the end of the window of mcp cuts every client off in the middle of a call, and says so', async () => {
  const web = await fixture.open('web');
  const clients = await Promise.all(clientKinds.map((kind) => connect(kind)));
  await Promise.all(clients.map((client) => client.call('vx11_status', {})));
  const waiting = clients.map((client) =>
    client.call('vx11_window', { window_id: web, wait_seconds: 40 }),
  );
  await soon();
  await fixture.store.leases.release(door);
  for (const result of await Promise.all(waiting)) {
    expect(result.isError).toBe(true);
    expect(result.text).toMatch(/^off_by_policy: .*Next: call vx11_open_window/);
  }
});
