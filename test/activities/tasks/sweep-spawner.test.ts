import { expect, test } from 'vitest';
import { noon } from '../../domain/samples.ts';
import { add, beat, begin, find, lease, stage, sweepFor, useSweepStage } from './sweep-stage.ts';

useSweepStage();

test('the wall clock is set back: sandboxes and tasks of a spawner that lives are left alone', async () => {
  await lease(noon + 1e9);
  stage.ahead = 3_600_000;
  const brief = new Date(noon - stage.ahead + 60_000).toISOString();
  const view = await add({ expires_at: brief });
  for (; stage.now < noon + 60_000; stage.now += 2000) {
    await beat();
    await stage.sweep();
  }
  expect((await find(view)).state).toBe('queued');
  expect(new Set(stage.removed)).toEqual(new Set(['past']));
});

test('a spawner that could not be heard is waited for, and one that stays silent is gone', async () => {
  await lease(noon + 1e9);
  await add();
  await beat();
  await sweepFor(4000);
  for (const gap of [20_000, 60_000]) {
    stage.now += gap; // the host slept, or the store was away
    await sweepFor(12_000);
    expect(stage.removed).not.toContain('all');
  }
  await sweepFor(10_000);
  expect(stage.removed).toContain('all');
});

test('looks that fail count as no silence', async () => {
  await lease(noon + 1e9);
  await add();
  await beat();
  await stage.sweep();
  const { presence } = stage.store;
  for (let rounds = 0; rounds < 4; rounds += 1) {
    await sweepFor(6000);
    stage.store.presence = { ...presence, list: () => Promise.reject(new Error('away')) };
    await expect(stage.sweep()).rejects.toThrow('away');
    stage.store.presence = presence;
    stage.now += 2000;
  }
  expect(stage.removed).not.toContain('all');
});

test('an attempt that is not heard of is let be until its spawner was silent while it could be heard', async () => {
  const view = await add();
  await begin(view);
  await beat();
  const ask = () =>
    stage.keeper.finishAttempt({ spawn_id: view.spawn_id, attempt: 1, verdict: 'unheard' });
  stage.now += 20_000;
  expect(await ask()).toMatchObject({ again: true });
  stage.now += 5000;
  expect(await ask()).toMatchObject({ again: true });
  stage.now += 5000;
  expect(await ask()).toMatchObject({ state: 'lost', ended: true });
});
