import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModelView } from '../../../contracts/models.ts';
import type { ProviderEntry } from '../../../contracts/provider.ts';
import { toEvict } from '../../../domain/models/evict.ts';
import { modelExample } from '../../../gateway/models/examples.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';
import { callBy, free, modelsOf, startRouted, type Routed } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

const minute = 60_000;
const lease = { window_id: 'window-0000000000000001', host: 'box', service: 'smol' };
const [file] = modelExample.files;
let upstream: ScriptedProvider;
let routed: Routed;
let now: number;

const start = async (change: Partial<ProviderEntry>): Promise<void> => {
  const entry = {
    id: 'local',
    kind: 'openai' as const,
    base_url: upstream.base,
    tags: ['local' as const],
    models: modelsOf(['ok', 'slow-chunks:200', '500'], { price: free, file: file!.path }),
    ...change,
  };
  routed = await startRouted([entry], { clock: () => now });
  await routed.store.services.saveCatalog(catalog([aService('smol')]), []);
  await routed.store.models.change('box', () => ({
    change: { save: [modelExample], events: [] },
    result: null,
  }));
};
const wake = () =>
  routed.store.leases.reserve(
    lease.window_id,
    [{ ...lease, deadline: now + 10 * minute, is_open: true }],
    now,
  );
const noted = async (): Promise<ModelView> => {
  await routed.router.flush();
  return (await routed.store.models.find(modelExample.model_id))!;
};
beforeEach(async () => {
  now = Date.now();
  upstream = await startScriptedProvider();
});
afterEach(async () => {
  await routed.close();
  await upstream.close();
});

test('a local model that answers is used once more, and loaded until its window ends', async () => {
  await start({ service: 'smol' });
  await wake();
  await routed.ask({ model: 'local/ok' });
  await routed.ask({ model: 'local/ok' });
  const { use_score, last_used_at, busy_until } = await noted();
  expect([use_score, last_used_at]).toEqual([2, new Date(now).toISOString()]);
  expect(busy_until).toBe(new Date(now + 10 * minute).toISOString());
  // a week later a use counts half
  now += 7 * 24 * 60 * minute;
  await wake();
  await routed.ask({ model: 'local/ok' });
  expect((await noted()).use_score).toBeCloseTo(2);
});

test('once its window has ended it is loaded no more', async () => {
  await start({ service: 'smol' });
  await wake();
  await routed.ask({ model: 'local/ok' });
  expect((await noted()).busy_until).not.toBeNull();
  await routed.store.leases.release(lease.window_id);
  now += 2000;
  expect((await noted()).busy_until).toBeNull();
});

test('one that answers never leaves, and one that fails was not used', async () => {
  await start({});
  const answer = routed.ask({ model: 'local/slow-chunks:200', stream: true });
  await expect.poll(() => upstream.count('slow-chunks:200')).toBe(1);
  const model = await noted();
  const caps = { models: 1, bytes: 1e9 };
  expect(toEvict([model], [], { caps, held: new Set(), now })).toMatchObject({
    ok: false,
    because: expect.stringContaining('loaded') as string,
  });
  await answer;
  expect(await noted()).toMatchObject({ use_score: 1, busy_until: null });
  await routed.ask({ model: 'local/500' });
  expect((await noted()).use_score).toBe(1);
});

test('a hosted model with the same name says nothing about it', async () => {
  await start({ tags: [] });
  await routed.ask({ model: 'local/ok' });
  expect((await noted()).use_score).toBe(0);
});

test('one that sleeps is expected to take 5 s and its size ÷ 200 MB/s to wake, until a wake teaches more', async () => {
  await start({ service: 'smol' });
  const quoted = async () => {
    await routed.router.flush();
    const messages = [{ role: 'user', content: 'hello' }];
    const { candidates } = await routed.router.dryRun(
      { model: 'local/ok', messages },
      callBy({ may_open: true }),
    );
    return candidates.to_wake[0];
  };
  now += 60_000;
  expect(await quoted()).toBeCloseTo(5 + modelExample.size_bytes / 200e6, 2);
});
