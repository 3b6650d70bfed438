import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookSoon } from '../../../activities/incidents/create-activities.ts';
import { keepingLayers } from '../../../activities/incidents/readers/drift.ts';
import type { DriftFact } from '../../../domain/incidents/facts.ts';
import { startNest, type Nest } from './a-nest.ts';

const changed: DriftFact = {
  kind: 'limits_changed',
  service: 'web',
  path: 'services.web.mem_limit',
  severity: 'warn',
  description: '64m was declared, and it has 32m.',
  patchable: true,
};

let nest: Nest;
let drift: DriftFact[];
let looked: number[];
let fails: boolean;
beforeEach(async () => {
  [drift, looked, fails] = [[], [], false];
  nest = await startNest({
    drift: async () => {
      looked.push(nest.now);
      if (fails) throw new Error('the Engine is slow');
      return drift;
    },
  });
  await nest.round();
});
afterEach(() => nest.close());

/** The round that follows events, every 3 s as madre has it. */
const pass = async (seconds: number): Promise<void> => {
  for (let nth = 0; nth < seconds; nth += 3) {
    nest.now += 3000;
    await lookSoon(nest.deps, 'ants:box');
  }
};
const opened = () => nest.events('incident.opened');

test('a change by hand is an incident within a minute, and the ant rests again afterwards', async () => {
  await pass(60);
  looked = [];
  const at = nest.now;
  drift = [changed];
  nest.deps.woken.add('drift');
  await pass(60);
  expect(await opened()).toMatchObject([
    { kind: 'drift', subkey: 'limits_changed services.web.mem_limit' },
  ]);
  expect(looked).toHaveLength(2);
  expect(looked[1]! - at).toBeLessThanOrEqual(60_000);
  await pass(200);
  expect(looked).toHaveLength(2);
});

test('what was changed back before the second look is none', async () => {
  drift = [changed];
  nest.deps.woken.add('drift');
  await pass(18);
  drift = [];
  await pass(120);
  expect(await opened()).toEqual([]);
});

test('what happens all the time is looked at every quarter of a minute at most', async () => {
  looked = [];
  for (let nth = 0; nth < 100; nth += 1) {
    nest.deps.woken.add('drift');
    await pass(3);
  }
  expect(looked.length).toBeLessThanOrEqual(20);
  expect(looked.length).toBeGreaterThan(5);
});

test('nothing is read or written while nothing has happened', async () => {
  await pass(60);
  const before = await nest.store.revision();
  looked = [];
  await pass(60);
  expect([looked, await nest.store.revision()]).toEqual([[], before]);
});

test('under pressure a change by hand is seen all the same, and nothing else looks', async () => {
  await pass(60);
  nest.load = 9;
  drift = [changed];
  nest.deps.woken.add('drift');
  await pass(60);
  expect(await opened()).toHaveLength(1);
});

test('a look that fails is made again', async () => {
  await pass(60);
  fails = true;
  drift = [changed];
  nest.deps.woken.add('drift');
  await pass(3);
  fails = false;
  await pass(45);
  expect(await opened()).toHaveLength(1);
});

test('a changed layer is read in two looks and then once an hour, and holds for its container in between', async () => {
  const layer: DriftFact = { ...changed, kind: 'rootfs_changed', path: 'services.web.rootfs' };
  let [now, container, isChanged] = [0, 'c1', true];
  const reads: boolean[] = [];
  const read = keepingLayers({
    clock: () => now,
    containerOf: () => container,
    read: async (layers) => {
      reads.push(layers);
      return layers && isChanged ? [changed, layer] : [changed];
    },
  });
  const look = async (): Promise<string[]> => {
    now += 300_000;
    return (await read()).map(({ kind }) => kind);
  };
  const both = ['limits_changed', 'rootfs_changed'];
  expect([await look(), await look(), await look()]).toEqual([both, both, both]);
  expect(reads).toEqual([true, true, false]);
  container = 'c2';
  expect(await look()).toEqual(['limits_changed']);
  container = 'c1';
  expect(await look()).toEqual(['limits_changed']);
  now += 3_600_000;
  expect(await look()).toEqual(both);
  isChanged = false;
  now += 3_600_000;
  expect(await look()).toEqual(['limits_changed']);
  expect(await look()).toEqual(['limits_changed']);
});
