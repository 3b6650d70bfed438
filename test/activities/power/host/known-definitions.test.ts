import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ComposeReading } from '../../../../activities/compose/compose.ts';
import { createSeal } from '../../../../activities/drift/seal.ts';
import { createKnownDefinitions } from '../../../../activities/power/host/known-definitions.ts';
import { openStore, type Store } from '../../../../store/index.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-definitions-'));
  store = await openStore(`sqlite:${folder}/store.db`);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** A file with one service, whose definition has this hash. */
const reading = (hash: string, service: object) =>
  ({
    config: {},
    networks: [],
    volumes: [],
    declared: () => service,
    hashesOf: () => [hash],
  }) as unknown as ComposeReading;
/** What a process knows that reads this file. */
const learn = (key: string, hash: string, service: object) =>
  createKnownDefinitions(store, { host: 'box', clock: () => 1, seal: createSeal(key) }).learn(
    'shop',
    [{ name: 'web' }],
    reading(hash, service),
    () => undefined,
  );

test('what the comparison does not see of a definition is known after a restart, and no value of it is stored', async () => {
  const before = { platform: 'linux/amd64', annotations: { note: 'hidden words' } };
  await learn('key', 'old', before);
  const { of, now } = await learn('key', 'new', { ...before, platform: 'linux/arm64' });
  expect(of('old')!['annotations.note']).toEqual(now('web')['annotations.note']);
  expect(of('old')!['platform']).not.toEqual(now('web')['platform']);
  expect(of('new')).toEqual(now('web'));
  expect(of('other')).toBeNull();
  expect(JSON.stringify([...(await store.drift.baselines('box'))])).not.toMatch(/hidden|amd64/);
});

test('under another key nothing is known of what was read before', async () => {
  await learn('key', 'old', { platform: 'linux/amd64' });
  const { of } = await learn('other key', 'new', {});
  expect([of('old'), of('new')]).toEqual([null, {}]);
});
