import { expect, test } from 'vitest';
import { noon } from '../../domain/samples.ts';
import {
  add,
  beat,
  begin,
  find,
  lease,
  fixture,
  sweepFor,
  useSweepFixture,
} from './sweep-fixture.ts';

useSweepFixture();

test('the wall clock is set back: sandboxes and tasks of a spawner that lives are left alone', async () => {
  await lease(noon + 1e9);
  fixture.ahead = 3_600_000;
  const brief = new Date(noon - fixture.ahead + 60_000).toISOString();
  const view = await add({ expires_at: brief });
  for (; fixture.now < noon + 60_000; fixture.now += 2000) {
    await beat();
    await fixture.sweep();
  }
  expect((await find(view)).state).toBe('queued');
  expect(new Set(fixture.removed)).toEqual(new Set(['past']));
});

test('a spawner counts as gone only after it was silent while the store was readable', async () => {
  await lease(noon + 1e9);
  await add();
  await beat();
  await sweepFor(4000);
  for (const gap of [20_000, 60_000]) {
    fixture.now += gap; // the host slept, or the store was unavailable
    await sweepFor(12_000);
    expect(fixture.removed).not.toContain('all');
  }
  await sweepFor(10_000);
  expect(fixture.removed).toContain('all');
});

test('failed looks do not count as silence', async () => {
  await lease(noon + 1e9);
  await add();
  await beat();
  await fixture.sweep();
  const { presence } = fixture.store;
  for (let rounds = 0; rounds < 4; rounds += 1) {
    await sweepFor(6000);
    fixture.store.presence = { ...presence, list: () => Promise.reject(new Error('away')) };
    await expect(fixture.sweep()).rejects.toThrow('away');
    fixture.store.presence = presence;
    fixture.now += 2000;
  }
  expect(fixture.removed).not.toContain('all');
});

test('an attempt without heartbeats is left alone until its spawner was silent while the store was readable', async () => {
  const view = await add();
  await begin(view);
  await beat();
  const ask = () =>
    fixture.keeper.finishAttempt({ spawn_id: view.spawn_id, attempt: 1, verdict: 'unheard' });
  fixture.now += 20_000;
  expect(await ask()).toMatchObject({ again: true });
  fixture.now += 5000;
  expect(await ask()).toMatchObject({ again: true });
  fixture.now += 5000;
  expect(await ask()).toMatchObject({ state: 'lost', ended: true });
});
