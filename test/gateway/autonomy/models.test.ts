import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelUsage } from '../../../contracts/model-usage.ts';
import type { StoredLlmCall } from '../../../store/autonomy/llm-calls.ts';
import { startGateway, type Gateway } from '../fixture.ts';

let gateway: Gateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.token('viewer');
});
afterAll(() => gateway.close());

const call = (change: Partial<StoredLlmCall>): Promise<void> =>
  gateway.store.llmCalls.record({
    at: Date.now() - 60_000,
    purpose: 'reason',
    account: 'autonomy',
    provider: 'fake',
    model: 'small',
    outcome: 'ok',
    attempts: 1,
    tokens_in: 100,
    tokens_out: 20,
    cost_usd: 0.25,
    latency_ms: 40,
    correlation_id: 'c',
    prompt_hash: 'h',
    ...change,
  });
const models = async (query = ''): Promise<ModelUsage[]> => {
  const url = `/vx11/models${query}`;
  const answer = await gateway.inject({ method: 'GET', url, headers: { 'x-vx11-token': token } });
  expect(answer.statusCode).toBe(200);
  return answer.json<{ models: ModelUsage[] }>().models;
};

test('each model has its calls, its cost and its latency, of the last days, of one account on request', async () => {
  expect(await models()).toEqual([]);
  await call({ model: 'large', cost_usd: null, account: 'repair-0f3a9b1c2d4e5f60' });
  for (const latency_ms of [10, 20, 400]) await call({ latency_ms });
  await call({ outcome: 'timeout', cost_usd: null, tokens_out: 0, latency_ms: 900 });
  await call({ at: Date.now() - 8 * 86_400_000 });
  const small = {
    provider: 'fake',
    model: 'small',
    calls: 4,
    failed: 1,
    tokens_in: 400,
    tokens_out: 60,
    cost_usd: 0.75,
    latency_ms: { p50: 20, p95: 900, max: 900 },
  };
  expect(await models()).toMatchObject([small, { model: 'large', cost_usd: null, failed: 0 }]);
  expect(await models('?days=30')).toMatchObject([{ model: 'small', calls: 5 }, { calls: 1 }]);
  expect(await models('?account=repair-0f3a9b1c2d4e5f60')).toMatchObject([{ model: 'large' }]);
});
