import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createModelActivities } from '../../../activities/models/create-model-activities.ts';
import { createPullActivities } from '../../../activities/models/create-pull-activities.ts';
import type { ModelDeps, ModelRuns } from '../../../activities/models/deps.ts';
import type {
  HermesModelActivities,
  PullActivities,
} from '../../../activities/models/model-activities.ts';
import {
  createKeepRound,
  createProgressRound,
  createPullRound,
} from '../../../activities/models/round.ts';
import { newId } from '../../../contracts/ids.ts';
import type { ModelPull } from '../../../contracts/models.ts';
import { queuedPull } from '../../../domain/models/pull.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { ggufFile, startHub, type StandInHub } from './stand-in-hub.ts';

type Activities = HermesModelActivities & PullActivities;
const [one, two] = [ggufFile(50_000), ggufFile(60_000)];
let folder: string;
let root: string;
let store: Store;
let hub: StandInHub;
let now: number;
let bytes: number | null;
const kept: string[] = [];
const runs: ModelRuns = {
  startPull: async () => undefined,
  pullRun: async () => false,
  pullBytes: async () => bytes,
  startKeep: async (host) => void kept.push(host),
};
const deps = (change: Partial<ModelDeps['caps']> = {}): ModelDeps => ({
  host: 'box',
  store,
  clock: () => now,
  runs: () => runs,
  caps: { models: 2, bytes: 200_000, fileBytes: 100_000, ...change },
  metrics: { ended: () => undefined, kept: () => undefined },
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-pull-'));
  root = join(folder, 'models');
  store = await openStore(`sqlite:${folder}/store.db`);
  hub = await startHub({
    'ana/one': { files: { 'one.gguf': one } },
    'ana/two': { files: { 'two.gguf': two } },
    'ana/same': { files: { 'same.gguf': one } },
    'ana/page': { files: { 'page.gguf': Buffer.from('<html>'.repeat(100)) } },
    'ana/parts': { files: { 'p-00001-of-00002.gguf': one, 'p-00002-of-00002.gguf': two } },
  });
  now = Date.parse('2026-11-29T12:00:00Z');
  kept.length = 0;
  bytes = null;
});
afterEach(async () => {
  await hub.close();
  await store.close();
  await rm(folder, { recursive: true });
});

/** Activities that are called as Temporal calls them. */
const activities = (
  caps: Partial<ModelDeps['caps']> = {},
  settings: { mayDownload?: boolean } = {},
): Activities => {
  const hermes = createModelActivities({
    hub: { url: hub.url, token: null },
    ollamaUrl: null,
    folder: root,
    mayDownload: true,
    ...settings,
  });
  const all = { ...hermes, ...createPullActivities(deps(caps)) };
  return Object.fromEntries(
    Object.entries(all).map(([name, activity]) => [
      name,
      (input: unknown) =>
        new MockActivityEnvironment().run(activity as (given: unknown) => Promise<unknown>, input),
    ]),
  ) as unknown as Activities;
};
const ask = async (model: string, change: Partial<ModelPull> = {}): Promise<ModelPull> => {
  const about = { job_id: newId('pull'), host: 'box', owner: 'ana', correlation_id: 'desk-4' };
  const what = { source: 'hub' as const, model, revision: 'main', file: null, pin: false };
  return (
    await store.models.pulls.ask(queuedPull({ ...about, ...what, ...change }, now), 'token-1')
  ).view;
};
/** What the workflow does, without its retries. @returns what failed, or the id of the model */
async function pull(model: string, act = activities(), change: Partial<ModelPull> = {}) {
  const { job_id, attempt } = await ask(model, change);
  const at = { job_id, attempt };
  try {
    const { target } = await act.startPull(at);
    const resolved = await act.resolveModel(target);
    const { have } = await act.storeResolved({ ...at, model: resolved });
    await act.fetchModel({ model: resolved, have });
    await act.storeVerifying(at);
    const placed = await act.placeModel({ model: resolved });
    const { model_id, bytes: size, victims, keep } = await act.registerModel({ ...at, placed });
    await act.removeModels({ models: victims, keep });
    await act.forgetModels({ ids: victims.map((victim) => victim.model_id) });
    await act.endPull({ ...at, end: { ok: true, model_id, bytes: size } });
    return model_id;
  } catch (error) {
    const { type, message } = error as ApplicationFailure;
    await act.endPull({ ...at, end: { ok: false, cause: type ?? 'bug', detail: message } });
    return type ?? message;
  }
}
const names = async () =>
  (await store.models.list()).map(({ name, status }) => `${name} ${status}`);

describe('a pull', () => {
  test('ends with a model that is registered, where its bytes are', async () => {
    const model_id = await pull('ana/one');
    const model = (await store.models.find(model_id))!;
    expect(model).toMatchObject({
      host: 'box',
      source: 'hub',
      name: 'ana/one:one.gguf',
      commit: hub.commit,
      license: 'mit',
      size_bytes: 50_000,
      format: 'gguf',
      architecture: 'llama',
      status: 'ready',
    });
    const { path } = model.files[0]!;
    expect(path).toBe(`ana/one/${hub.commit.slice(0, 12)}/one.gguf`);
    expect((await readFile(join(root, path))).equals(one)).toBe(true);
    expect(await readdir(join(root, '@partial'))).toEqual([]);
    const [event] = await store.events.after(0, 50);
    expect(event).toMatchObject({ type: 'model.pulled', actor: 'ana', payload: { model_id } });
  });
  test('of the same model again fetches nothing, and keeps its row', async () => {
    const first = await pull('ana/one');
    const sent = hub.counts.bytes;
    expect(await pull('ana/one', activities(), { pin: true })).toBe(first);
    expect(hub.counts.bytes).toBe(sent);
    expect(await store.models.find(first)).toMatchObject({ pinned: true, status: 'ready' });
  });
  test('of bytes that are here under another name fetches nothing', async () => {
    await pull('ana/one');
    const sent = hub.counts.bytes;
    await pull('ana/same');
    expect(hub.counts.bytes).toBe(sent);
    expect(await names()).toEqual(['ana/one:one.gguf ready', 'ana/same:same.gguf ready']);
  });
  test('of a model in parts registers it once', async () => {
    const id = await pull('ana/parts', activities({ fileBytes: 200_000 }));
    expect((await store.models.find(id))!.files).toHaveLength(2);
  });
  test('lets the least used model leave, and then its files', async () => {
    await pull('ana/one', activities(), { pin: true });
    await pull('ana/two');
    await pull('ana/same');
    expect(await names()).toEqual(['ana/one:one.gguf ready', 'ana/same:same.gguf ready']);
    expect((await readdir(join(root, 'ana'))).toSorted()).toEqual(['one', 'same']);
    const types = (await store.events.after(0, 50)).map(({ type }) => type);
    expect(types).toEqual(['model.pulled', 'model.pulled', 'model.evicted', 'model.pulled']);
  });
});

describe('a pull registers nothing', () => {
  test.each<[string, string, Partial<ModelDeps['caps']>, object?]>([
    ['model_too_large', 'ana/one', { fileBytes: 49_999 }],
    ['no_room', 'ana/one', { bytes: 49_999 }],
    ['not_a_model', 'ana/page', {}],
    ['model_not_found', 'ana/nope', {}],
    ['download_disabled', 'ana/one', {}, { mayDownload: false }],
  ])('if it ends with %s', async (cause, model, caps, settings) => {
    const sent = hub.counts.bytes;
    expect(await pull(model, activities(caps, settings))).toBe(cause);
    expect(await names()).toEqual([]);
    if (cause !== 'not_a_model') expect(hub.counts.bytes).toBe(sent);
    const left = await readdir(join(root, '@partial')).catch(() => []);
    expect(left).toEqual([]);
  });
  test('if its bytes are wrong, and lets nothing leave', async () => {
    await pull('ana/one');
    await pull('ana/two');
    hub.mode.flips = 9;
    const file = ggufFile(70_000);
    hub.repos['ana/three'] = { files: { 'three.gguf': file } };
    expect(await pull('ana/three')).toBe('checksum_mismatch');
    expect(await names()).toEqual(['ana/one:one.gguf ready', 'ana/two:two.gguf ready']);
  });
  test('of what hermes reports outside of its folder', async () => {
    const { job_id, attempt } = await ask('ana/one');
    const path = '../../etc/cron.d/evil.gguf';
    const files = [{ path, size_bytes: 1, sha256: 'a'.repeat(64) }];
    const placed = {
      name: 'x',
      commit: null,
      license: null,
      files,
      size_bytes: null,
      header: null,
    };
    await expect(activities().registerModel({ job_id, attempt, placed })).rejects.toThrow(
      /hermes reported what nobody may store: files\.0\.path/,
    );
    expect(await names()).toEqual([]);
  });
  test('of an attempt that a later one has replaced', async () => {
    const first = await ask('ana/one', { job_id: 'pull-00000001' });
    const at = { job_id: first.job_id, attempt: first.attempt };
    await activities().endPull({ ...at, end: { ok: false, cause: 'lost', detail: '' } });
    const second = await ask('ana/one', { job_id: 'pull-00000001' });
    expect(second).toMatchObject({ attempt: 2, status: 'queued' });
    await expect(activities().startPull(at)).rejects.toThrow('This pull has ended.');
    await activities().endPull({ ...at, end: { ok: true, model_id: 'x', bytes: 1 } });
    expect((await store.models.pulls.find(first.job_id))!.status).toBe('queued');
  });
});

describe('looking after models', () => {
  const look = async (): Promise<void> => {
    const act = activities();
    await act.storeLook(await act.lookAtModels(await act.modelsToKeep()));
  };
  test('marks rows without files, takes them back, and removes what was deleted', async () => {
    const id = await pull('ana/one');
    const { path } = (await store.models.find(id))!.files[0]!;
    await rm(join(root, path));
    await look();
    expect(await names()).toEqual(['ana/one:one.gguf missing']);
    await pull('ana/one');
    expect(await names()).toEqual(['ana/one:one.gguf ready']);
    await store.models.change('box', ([model]) => ({
      change: { save: [{ ...model!, status: 'removing' }], events: [] },
      result: null,
    }));
    await look();
    expect(await names()).toEqual([]);
    expect(await readdir(root)).not.toContain('ana');
  });
  test('takes in files that were put there once', async () => {
    await pull('ana/one');
    await store.models.change('box', ([model]) => ({
      change: { save: [], forget: [model!.model_id], events: [] },
      result: null,
    }));
    await look();
    await look();
    expect(await names()).toEqual([`ana/one/${hub.commit.slice(0, 12)}/one.gguf ready`]);
  });
});

describe('rounds', () => {
  test('end a pull whose workflow is gone, and it begins again', async () => {
    const { job_id } = await ask('ana/one');
    const round = createPullRound(deps());
    now += 4000;
    await round();
    now += 70_000;
    await round();
    expect(await store.models.pulls.find(job_id)).toMatchObject({
      status: 'failed',
      cause: 'lost',
    });
  });
  test('store how far a pull is', async () => {
    const { job_id, attempt } = await ask('ana/one');
    await activities().startPull({ job_id, attempt });
    bytes = 4000;
    await createProgressRound(deps())();
    expect(await store.models.pulls.find(job_id)).toMatchObject({
      status: 'resolving',
      bytes: 4000,
    });
  });
  test('let hermes look once in each window, and when something is to be removed', async () => {
    const round = createKeepRound(deps());
    await round();
    expect(kept).toEqual([]);
    const lease = { host: 'box', service: 'hermes', deadline: now + 60_000, is_open: true };
    await store.leases.reserve(
      'window-00000001',
      [{ ...lease, window_id: 'window-00000001' }],
      now,
    );
    await round();
    await round();
    expect(kept).toEqual(['box']);
    const id = await pull('ana/one');
    await store.models.change('box', ([model]) => ({
      change: { save: [{ ...model!, status: 'removing' }], events: [] },
      result: null,
    }));
    await round();
    await round();
    expect(kept).toEqual(['box', 'box']);
    expect(await store.models.find(id)).not.toBeNull();
  });
});
