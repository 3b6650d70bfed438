import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MadreControlCall } from '../../../contracts/chat.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { newId } from '../../../contracts/ids.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import { NotAsked } from '../../../gateway/temporal/breaker.ts';
import type { MadrePort } from '../../../gateway/madre/client.ts';
import { newConfirmToken } from '../../../platform/plan-token.ts';
import { aPlan } from '../../domain/plans/plan-samples.ts';
import { iso } from '../../domain/samples.ts';
import { adminToken } from '../fixture.ts';
import { replyOf, startPlanFixture, type PlanFixture } from './plan-fixture.ts';

let fixture: PlanFixture;
let asked: (MadreControlCall | Parameters<MadrePort['chat']>[0])[];
let answer: Partial<ReturnType<typeof replyOf>>;
let controls: MadrePort['control'];
let chats: MadrePort['chat'];

beforeEach(async () => {
  [asked, answer] = [[], {}];
  chats = async (call) => ({ ...replyOf(call), ...answer });
  fixture = await startPlanFixture({
    madre: {
      chat: async (call) => {
        asked.push(call);
        return chats(call);
      },
      control: (call) => {
        asked.push(call);
        return controls(call);
      },
    },
  });
});
afterEach(() => fixture.close());

const post = (url: string, payload: object, key = 'k') =>
  fixture.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'x-vx11-token': adminToken, 'idempotency-key': key },
  });

/** Records an intent, as madre does first. */
async function logged(intent_id: string, correlation_id: string, at = Date.now()): Promise<void> {
  const from = { source: 'control', actor: 'admin', session_id: null, payload: {} } as const;
  await fixture.store.intents.append({ intent_id, at, correlation_id, ...from }, []);
}

/** Stores the plan of an intent, as madre does before it answers. */
async function planned(intent_id: string, change: Partial<PlanView> = {}): Promise<PlanView> {
  const plan = aPlan({ intent_id, correlation_id: `of-${intent_id}`, ...change });
  await logged(intent_id, plan.correlation_id);
  await fixture.store.plans.insert(plan, null, []);
  return plan;
}

const hashed = (text: string) => createHash('sha256').update(text).digest('hex');

/** A first request under the key, whose gateway was killed. @returns the intent id that it shares with its retries */
async function cutOff(url: string, body: object): Promise<string> {
  const { idempotency } = fixture.store;
  const repeat = await idempotency.begin({
    key: 'k',
    principal: 'token-environment',
    route: `POST ${url}`,
    bodyHash: hashed(JSON.stringify(body)),
    now: Date.now(),
  });
  if (repeat.kind !== 'first') throw new Error(repeat.kind);
  await idempotency.keepResumable(repeat.claim);
  return `intent-${hashed(`intent ${repeat.claim.attempt}`).slice(0, 32)}`;
}

test('an intent that is sent again under one key is carried out once', async () => {
  const first = await post('/vx11/intent', { text: 'run `date`' });
  const again = await post('/vx11/intent', { text: 'run `date`' });
  expect(again.json()).toEqual(first.json());
  expect(again.headers['idempotent-replay']).toBe('true');
  expect(asked).toHaveLength(1);
  const other = await post('/vx11/intent', { text: 'run `uptime`' });
  expect([other.statusCode, other.json().error]).toEqual([422, 'idempotency_mismatch']);
});

test('the answer that is kept for retries has no confirm token', async () => {
  answer = { status: 'WAITING', confirm_token: newConfirmToken() };
  const first = (await post('/vx11/intent', { text: 'stop web' })).json();
  expect(first.response.confirm_token).toBe(answer.confirm_token);
  const again = (await post('/vx11/intent', { text: 'stop web' })).json();
  const { confirm_token: _, ...rest } = first.response;
  expect(again).toEqual({ ...first, response: rest });
});

test('a retry of an intent whose gateway died answers with madre’s plan, and does not call madre again', async () => {
  const body = { text: 'run `date`' };
  const plan = await planned(await cutOff('/vx11/intent', body), { status: 'RUNNING' });
  expect((await post('/vx11/intent', body)).json()).toMatchObject({
    correlation_id: plan.correlation_id,
    status: 'RUNNING',
    response: { plan_id: plan.plan_id },
  });
  expect(asked).toEqual([]);
});

test('a refusal by policy, after which nothing was started, frees the key', async () => {
  const body = { text: 'date', require: { spawner: true } };
  expect((await post('/vx11/intent', body)).json().error).toBe('off_by_policy');
  const again = await post('/vx11/intent', body);
  expect(again.headers['idempotent-replay']).toBeUndefined();
});

test('a retry of a control whose answer was lost answers with its plan, and is not carried out again', async () => {
  controls = async ({ intent_id }) => {
    await planned(intent_id!, { status: 'RUNNING' });
    throw new VX11Error('madre_unavailable', 'madre died');
  };
  const body = { target: 'web', action: 'start' };
  expect((await post('/madre/control', body)).statusCode).toBe(503);
  expect((await post('/madre/control', body)).json()).toMatchObject({ status: 'accepted' });
  expect((await post('/madre/control', body)).headers['idempotent-replay']).toBe('true');
  expect(asked).toHaveLength(1);
});

test('a retry of an intent answers with its own plan, even if another one has its correlation id', async () => {
  const body = { text: 'run `date`', correlation_id: 'mine' };
  const mine = await cutOff('/vx11/intent', body);
  await logged(mine, 'mine');
  await planned(newId('intent'), { plan_id: newId('plan'), correlation_id: 'mine' });
  const early = await post('/vx11/intent', body);
  expect(early.json()).toMatchObject({ status: 'QUEUED', response: { intent_id: mine } });
  const plan = aPlan({ intent_id: mine, correlation_id: 'mine', created_at: iso(0) });
  await fixture.store.plans.insert(plan, null, []);
  const { response } = (await post('/vx11/intent', body)).json();
  expect(response.plan_id).toBe(plan.plan_id);
  expect((await post('/vx11/intent', body)).headers['idempotent-replay']).toBe('true');
  expect(asked).toEqual([]);
});

test('a retry of a control answers with its own plan, even if another one has its correlation id', async () => {
  const body = { target: 'web', action: 'start' };
  const mine = await cutOff('/madre/control', body);
  const plan = await planned(mine, { correlation_id: 'mine', created_at: iso(0) });
  await planned(newId('intent'), { plan_id: newId('plan'), correlation_id: 'mine' });
  expect((await post('/madre/control', body)).json()).toMatchObject({
    action_id: mine,
    plan_id: plan.plan_id,
  });
});

test('a retry of a control during which madre was killed is denied once no plan can follow', async () => {
  const body = { target: 'web', action: 'start' };
  await logged(await cutOff('/madre/control', body), 'mine');
  const early = await post('/madre/control', body);
  expect([early.statusCode, early.json().error]).toEqual([503, 'madre_unavailable']);
  await fixture.close();
  fixture = await startPlanFixture();
  await logged(await cutOff('/madre/control', body), 'mine', Date.now() - 60_000);
  const late = await post('/madre/control', body);
  expect(late.statusCode).toBe(200);
  expect(late.json()).toMatchObject({
    status: 'denied',
    reason: expect.stringMatching(/^not_planned/),
    plan_id: null,
  });
  expect(asked).toEqual([]);
});

test('a retry of an intent that madre answered late gets the plan that madre made', async () => {
  chats = async ({ intent_id }) => {
    await planned(intent_id!, { status: 'RUNNING' });
    throw new Error('late');
  };
  const first = await post('/vx11/intent', { text: 'run `date`' });
  expect(first.json()).toMatchObject({ degraded: true, error: 'madre_unavailable' });
  const again = await post('/vx11/intent', { text: 'run `date`' });
  expect(again.json()).toMatchObject({ degraded: false, status: 'RUNNING' });
  expect(asked).toHaveLength(1);
});

test('an intent that may have reached madre keeps its id, even while madre is down', async () => {
  const ways = [new Error('late'), new NotAsked(null), null];
  chats = async (call) => {
    const way = ways[asked.length - 1];
    if (way) throw way;
    return replyOf(call);
  };
  for (const _ of ways) await post('/vx11/intent', { text: 'run `date`' });
  expect(asked).toHaveLength(ways.length);
  expect(new Set(asked.map(({ intent_id }) => intent_id)).size).toBe(1);
});

test('a retry of an intent that never reached madre is a new intent', async () => {
  chats = async () => {
    throw new NotAsked(null);
  };
  for (const _ of [1, 2]) await post('/vx11/intent', { text: 'run `date`' });
  expect(new Set(asked.map(({ intent_id }) => intent_id)).size).toBe(2);
});

test('a retry of a confirmation whose gateway died is accepted, and other requests are denied', async () => {
  const intent_id = newId('intent');
  const said = { target: 'web', action: 'stop', host: null };
  const { plan, token } = await fixture.waiting({ source: 'control', intent_id });
  const { correlation_id } = plan;
  const from = { source: 'control', actor: 'admin', session_id: null, payload: said } as const;
  await fixture.store.intents.append({ intent_id, at: 1, correlation_id, ...from }, []);
  const body = { target: 'web', action: 'stop', confirm_token: token };
  await cutOff('/madre/control', body);
  const confirmed = await post(
    `/madre/plans/${plan.plan_id}/confirm`,
    { confirm_token: token },
    'c',
  );
  expect(confirmed.statusCode).toBe(200);
  expect((await post('/madre/control', body, 'other')).json().status).toBe('denied');
  expect((await post('/madre/control', body)).json()).toMatchObject({
    status: 'accepted',
    action_id: intent_id,
    plan_id: plan.plan_id,
  });
});

test.each([
  ['/madre/chat', { message: 'status' }],
  ['/madre/v3/chat', { user_input: 'status' }],
  ['/operator/chat', { message: 'status' }],
  ['/operator/chat/ask', { message: 'status' }],
])('%s refuses a key, and does nothing', async (url, body) => {
  const refused = await post(url, body);
  expect([refused.statusCode, refused.json().error]).toEqual([400, 'bad_idempotency_key']);
  expect(asked).toEqual([]);
});
