import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MadreControlCall } from '../../contracts/chat.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { PlanView } from '../../contracts/plan.ts';
import type { MadrePort } from '../../gateway/madre.ts';
import { newConfirmToken } from '../../store/plan-token.ts';
import { aPlan } from '../domain/plan-samples.ts';
import { adminToken } from './fixture.ts';
import { replyOf, startPlanStage, type PlanStage } from './plan-stage.ts';

let stage: PlanStage;
let asked: (MadreControlCall | Parameters<MadrePort['chat']>[0])[];
let answer: Partial<ReturnType<typeof replyOf>>;
let controls: MadrePort['control'];

beforeEach(async () => {
  [asked, answer] = [[], {}];
  stage = await startPlanStage({
    madre: {
      chat: async (call) => {
        asked.push(call);
        return { ...replyOf(call), ...answer };
      },
      control: (call) => {
        asked.push(call);
        return controls(call);
      },
    },
  });
});
afterEach(() => stage.close());

const post = (url: string, payload: object, key = 'k') =>
  stage.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'x-vx11-token': adminToken, 'idempotency-key': key },
  });

/** Writes down what madre made of a call, as she does before she answers. */
async function planned(intent_id: string, change: Partial<PlanView> = {}): Promise<PlanView> {
  const plan = aPlan({ intent_id, correlation_id: `of-${intent_id}`, ...change });
  const { correlation_id } = plan;
  const from = { source: 'control', actor: 'admin', session_id: null, payload: {} } as const;
  await stage.store.intents.append({ intent_id, at: Date.now(), correlation_id, ...from }, []);
  await stage.store.plans.insert(plan, null, []);
  return plan;
}

test('an intent that is repeated under one key is carried out once', async () => {
  const first = await post('/vx11/intent', { text: 'run `date`' });
  const again = await post('/vx11/intent', { text: 'run `date`' });
  expect(again.json()).toEqual(first.json());
  expect(again.headers['idempotent-replay']).toBe('true');
  expect(asked).toHaveLength(1);
  const other = await post('/vx11/intent', { text: 'run `uptime`' });
  expect([other.statusCode, other.json().error]).toEqual([422, 'idempotency_mismatch']);
});

test('the answer that is kept for repeats has no confirm token', async () => {
  answer = { status: 'WAITING', confirm_token: newConfirmToken() };
  const first = (await post('/vx11/intent', { text: 'stop web' })).json();
  expect(first.response.confirm_token).toBe(answer.confirm_token);
  const again = (await post('/vx11/intent', { text: 'stop web' })).json();
  const { confirm_token: _, ...rest } = first.response;
  expect(again).toEqual({ ...first, response: rest });
});

test('an intent whose gateway died is told by what madre made of it, and not asked for again', async () => {
  const body = { text: 'run `date`' };
  const hashed = (text: string) => createHash('sha256').update(text).digest('hex');
  const { idempotency } = stage.store;
  const repeat = await idempotency.begin({
    key: 'k',
    principal: 'token-environment',
    route: 'POST /vx11/intent',
    bodyHash: hashed(JSON.stringify(body)),
    now: Date.now(),
  });
  if (repeat.kind !== 'first') throw new Error(repeat.kind);
  const intent_id = `intent-${hashed(`intent ${repeat.claim.attempt}`).slice(0, 32)}`;
  const plan = await planned(intent_id, { status: 'RUNNING' });
  await idempotency.release(repeat.claim);
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

test('a control whose answer was lost is told by its plan, and not carried out again', async () => {
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
