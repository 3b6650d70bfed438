import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  hangs,
  says,
  startFakeProvider,
  type FakeProvider,
  type Reply,
} from '../activities/providers/fake-provider.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { startTemporal, type TestTemporal } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';

/** Plans run on whichever madre of their Temporal is free, so this one is for these stacks alone. */
let temporal: TestTemporal;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-loop-'));
  temporal = await startTemporal({ folder });
});
afterAll(async () => {
  await temporal?.stop();
  await rm(folder, { recursive: true, force: true });
});

let stack: TestStack;
let provider: FakeProvider | undefined;
afterEach(async () => {
  await stack?.destroy();
  await provider?.close();
  provider = undefined;
});

/** A stack whose loop makes a round each second, with a model that answers so. */
async function start(reply?: Reply, env: Record<string, string> = {}): Promise<void> {
  if (reply !== undefined) provider = await startFakeProvider(reply);
  const model = { VX11_LLM_BASE_URL: provider?.url ?? '', VX11_LLM_MODEL: 'small' };
  stack = await startStack({
    temporalAddress: temporal.address,
    services: { web: {} },
    env: { VX11_AUTONOMY_SECONDS: '1', ...(provider && model), ...env },
  });
  await until('the loop starts', async () => {
    const { status } = await stack.call('POST', '/madre/v3/autonomous/start', {});
    return status === 200;
  });
}

const status = async () => (await stack.call('GET', '/madre/v3/autonomous/status')).body;
const decisions = async () =>
  (await stack.call('GET', '/madre/v3/autonomous/decisions')).body.decisions;
const intent = (domain: string, intent_type: string) =>
  stack.call('POST', '/madre/intent', { type: 'incident', payload: { domain, intent_type } });
/** The newest decision that came to a plan. */
const acted = async () =>
  (await decisions()).find((one: { plan_id: string | null }) => one.plan_id !== null);

test('it starts, decides, rests while nothing changes, and stops with a report', async () => {
  await start();
  await until('rounds come', async () => (await status()).rounds >= 4);
  const { last_decision, last_change_at, last_round_at } = await status();
  expect(last_decision).toMatchObject({ action: 'wait', by: 'rules', plan_id: null });
  expect(Date.parse(last_round_at)).toBeGreaterThan(Date.parse(last_change_at));
  expect(await decisions()).toHaveLength(1);
  const { body } = await stack.call('POST', '/madre/v3/autonomous/stop', {});
  expect(body).toMatchObject({
    running: false,
    was_running: true,
    report: { decisions: { wait: 1 } },
  });
  expect(body.report.rounds).toBeGreaterThanOrEqual(4);
  const { rounds } = await status();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect((await status()).rounds - rounds).toBeLessThanOrEqual(1); // one may have been under way
  const { body: kept } = await stack.call('GET', '/madre/reports?kind=autonomy');
  expect(kept.reports).toMatchObject([{ status: 'stopped', report: { decisions: { wait: 1 } } }]);
});

test(
  'a stopped loop still accepts findings of scanners, and reports the health of parts',
  { timeout: 240_000 },
  async () => {
    await start();
    await stack.call('POST', '/madre/v3/autonomous/stop', {});
    const { body } = await intent('db', 'db_sanity');
    expect(body).toMatchObject({ status: 'accepted', state: 'waiting', waiting_because: null });
    const decision = await until(
      'its effect is recorded',
      async () => {
        const one = await acted();
        return one?.effect === 'helped' && one;
      },
      60_000,
    );
    expect(decision).toMatchObject({ action: 'scan', key: 'lane:db_sanity', plan_status: 'DONE' });
    expect((await status()).running).toBe(false);
    const { body: madre } = await stack.call('GET', '/madre/status');
    expect(madre.autonomy).toEqual({ running: false, intents_waiting: 0, waiting_because: null });
    expect(madre.modules).toMatchObject([{ host: stack.project, name: '(machine)' }]);
    await stack.call('POST', '/vx11/window/open', { target: 'web', ttl_seconds: 60 });
    await until('web is among the parts', async () => {
      const { modules } = (await stack.call('GET', '/madre/status')).body;
      return modules.some((one: { name: string; health: string }) => one.name === 'web');
    });
  },
);

test('a finding of a scanner becomes a plan, and a later round records its effect', async () => {
  await start();
  const { body } = await intent('db', 'db_sanity');
  expect(body).toMatchObject({ status: 'accepted', routing_decision: { owner_module: 'madre' } });
  const decision = await until('it is decided on', async () => {
    const one = await acted();
    return one?.effect !== null && one;
  });
  expect(decision).toMatchObject({ action: 'scan', key: 'lane:db_sanity', effect: 'helped' });
  const plan = await stack.call('GET', `/madre/plans/${decision.plan_id}`);
  expect(plan.body).toMatchObject({ source: 'autonomous', actor: 'autonomy', status: 'DONE' });
  const rails = await stack.call('GET', '/madre/rails/events');
  expect(rails.body.events.map(({ what }: { what: string }) => what)).toEqual([
    'ended',
    'taken',
    'routed',
  ]);
});

test('a lane that opens services opens them in a window of the loop’s own', async () => {
  await start();
  const put = { domain: 'disk', intent_type: 'full', owner_module: 'madre', escalation: 'propose' };
  const open = { services: ['web'], ttl_seconds: 60 };
  await stack.call('PUT', '/madre/rails/lanes/wake', { ...put, constraints: { open } });
  await intent('disk', 'full');
  const decision = await until('it is decided on', acted);
  expect(decision).toMatchObject({ action: 'open' });
  await until('the window is open', async () => (await stack.running()).includes('web'));
  const { body: windows } = await stack.call('GET', '/vx11/windows');
  expect(windows.windows[0]).toMatchObject({ owner: 'autonomy', services: ['web'] });
});

test('it continues after madre was killed, without being started again', async () => {
  await start();
  await until('rounds come', async () => (await status()).rounds >= 2);
  await stack.madre.kill();
  const { rounds } = await status();
  stack.madre.start();
  await until('rounds come again', async () => (await status()).rounds >= rounds + 2, 60_000);
  await intent('db', 'db_sanity');
  await until('it decides again', acted);
});

test('a model that hangs delays a decision no longer than its deadline', async () => {
  await start(hangs);
  await intent('db', 'db_sanity');
  const decision = await until('it is decided on', acted, 50_000);
  expect(decision).toMatchObject({ by: 'rules', reasoning: { error: 'timeout' } });
  expect(provider!.received.length).toBe(1);
});

test('a model that lies changes nothing, and is not asked while nothing changes', async () => {
  const lie = { choice: 'delete_everything', confidence: 1, reasoning: 'because I can' };
  await start(says(JSON.stringify(lie)));
  await intent('db', 'db_sanity');
  const decision = await until('it is decided on', acted);
  expect(decision).toMatchObject({ by: 'rules', action: 'scan', reasoning: { followed: false } });
  const asked = provider!.received.length;
  const { rounds } = await status();
  await until('more rounds come', async () => (await status()).rounds >= rounds + 4);
  expect(provider!.received.length).toBe(asked);
  const log = stack.madre.log();
  expect(log).toContain('llm call');
});

test('a wrong model configuration is in the log, and windows open without a model', async () => {
  await start(undefined, { VX11_LLM_BASE_URL: 'http://me:secret@box/v1', VX11_LLM_KEY: 'sk-9' });
  const { body } = await stack.call('POST', '/vx11/window/open', {
    target: 'web',
    ttl_seconds: 30,
  });
  expect(body.state).toBe('open');
  const log = stack.madre.log();
  expect(log).toContain('no language model');
  expect(log).not.toMatch(/me:secret|sk-9/);
});
