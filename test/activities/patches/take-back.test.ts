import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ComposeError } from '../../../activities/compose/compose-error.ts';
import { EngineError } from '../../../activities/engine/engine-error.ts';
import { applyChange } from '../../../activities/patches/change/apply-change.ts';
import { rollBackPatch } from '../../../activities/patches/roll-back.ts';
import { createPatchRound } from '../../../activities/patches/round.ts';
import {
  after,
  before,
  by,
  changeFixture,
  image,
  otherImage,
  patch_id,
  propose,
  type ChangeFixture,
} from './change-fixture.ts';

let fixture: ChangeFixture;
beforeEach(async () => void (fixture = await changeFixture()));
afterEach(() => fixture.close());

const apply = () => applyChange(fixture.deps, patch_id, by, AbortSignal.timeout(60_000));
const patch = async () => (await fixture.store.patches.find(patch_id))!;

test('the earlier image is kept until the patch is taken back, or retention removes it', async () => {
  await propose(fixture.store);
  await apply();
  const { deps, host, store } = fixture;
  expect(host.kept).toEqual(['web']);
  await store.patches.change(patch_id, (view) => ({
    view: { ...view, status: 'kept' },
    events: [],
  }));
  await createPatchRound(deps)();
  expect(host.kept).toEqual(['web']);
  await store.retention.forget({ before: Date.now() + 1000, now: Date.now(), actor: 'madre' });
  await createPatchRound(deps)();
  expect(host.kept).toEqual([]);
});

test('no image is kept for a patch that was not applied after all', async () => {
  await propose(fixture.store);
  await writeFile(fixture.file, `${before}# mine\n`);
  expect((await apply()).status).toBe('stale');
  expect(fixture.host.kept).toEqual(['web']);
  await createPatchRound(fixture.deps)();
  expect(fixture.host.kept).toEqual([]);
});

test('nothing is stopped for an image that is not there, or not of its platform', async () => {
  await propose(fixture.store);
  fixture.host.lacked = 'web: the image web:2 is for linux/s390x, not for linux/amd64';
  expect(await apply()).toEqual({ status: 'rolled_back', detail: fixture.host.lacked });
  expect(fixture.host.history).toEqual([]);
  expect(await readFile(fixture.file, 'utf8')).toBe(before);
});

test('nothing is written if the earlier image could not come back', async () => {
  await propose(fixture.store);
  fixture.host.images.delete(image);
  expect(await apply()).toMatchObject({
    status: 'dropped',
    detail: expect.stringContaining(image),
  });
  expect(await readFile(fixture.file, 'utf8')).toBe(before);
});

describe('a patch that cannot be taken back', () => {
  const refused = new EngineError('refused', 'port is already allocated', null);
  const events = async () =>
    (await fixture.store.events.page({ limit: 9 })).events.map(({ type, payload }) => [
      type,
      payload['status'],
      payload['detail'],
    ]);
  test.each([
    ['the Engine refuses the old container', { refusesBack: refused }, 'port is already allocated'],
    ['Compose refuses it', { refusesBack: new ComposeError('no such network') }, 'no such network'],
    [
      'the old container does not become healthy',
      { troubleBack: 'web: its health check failed' },
      'web: its health check failed',
    ],
  ])('ends as a conflict that says why and what stands, if %s', async (_, broken, why) => {
    await propose(fixture.store);
    Object.assign(fixture.host, { trouble: 'web became unhealthy', ...broken });
    const end = await apply();
    expect(end.status).toBe('conflict');
    expect(end.detail).toMatch(/^web became unhealthy\. /);
    expect(end.detail).toContain(why);
    expect(await events()).toContainEqual(['patch.rolled_back', 'conflict', end.detail]);
    expect(await readFile(fixture.file, 'utf8')).toBe(before);
    // whatever is retried, nothing is written again
    expect(await apply()).toEqual(end);
    await createPatchRound(fixture.deps)();
    expect(await rollBackPatch(fixture.deps, patch_id, by)).toEqual(end);
    expect(fixture.host.history.filter((text) => text === after)).toHaveLength(1);
  });

  test('names both a file that was edited and why it was taken back', async () => {
    await propose(fixture.store);
    await apply();
    await writeFile(fixture.file, `${after}# mine\n`);
    const end = await rollBackPatch(fixture.deps, patch_id, by, 'web became unhealthy');
    expect(end.status).toBe('conflict');
    expect(end.detail).toMatch(/^web became unhealthy\. compose\.yaml changed after the patch/);
  });

  test('ends as a conflict if another image runs than before', async () => {
    await propose(fixture.store);
    await apply();
    const { host } = fixture;
    host.act = async () => {};
    host.tag = otherImage;
    host.cpus = 1;
    const end = await rollBackPatch(fixture.deps, patch_id, by);
    expect(end).toEqual({
      status: 'conflict',
      detail: `web runs ${'2'.repeat(12)}, and ran ${'1'.repeat(12)} before. Now web is from another image.`,
    });
  });

  test('stops nothing if the earlier image is gone', async () => {
    await propose(fixture.store);
    await apply();
    fixture.host.images.delete(image);
    const made = [...fixture.host.history];
    const end = await rollBackPatch(fixture.deps, patch_id, by);
    expect(end.detail).toContain(`the image that web ran before, ${image}, is not on this host`);
    expect(fixture.host.history).toEqual(made);
  });

  test('is tried again while the Engine is away, and only taken back', async () => {
    await propose(fixture.store);
    Object.assign(fixture.host, {
      trouble: 'web became unhealthy',
      refusesBack: new EngineError('unavailable', 'it does not answer', null),
    });
    await expect(apply()).rejects.toThrow('it does not answer');
    expect((await patch()).status).toBe('taking_back');
    fixture.host.trouble = null;
    fixture.host.refusesBack = null;
    expect(await apply()).toEqual({ status: 'rolled_back', detail: 'web became unhealthy' });
    expect(fixture.host.history.filter((text) => text === after)).toHaveLength(1);
    expect(await readFile(fixture.file, 'utf8')).toBe(before);
  });
});
