import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../../store/index.ts';
import { createHostLease, type HostLease } from '../../../workers/madre/host-lease.ts';
import { until } from '../../stack/wait.ts';

let folder: string;
let store: Store;
let leases: HostLease[];
let stop: AbortController;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-host-lease-'));
  store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  leases = [];
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await Promise.all(leases.map((lease) => lease.leave()));
  await store.close();
  await rm(folder, { recursive: true });
});

const log = pino({ level: 'silent' });
/** By default each home stands for a process on another machine. */
const asking = (home: string, more: { goneMs?: number; store?: Store; machine?: string } = {}) => {
  const said: string[] = [];
  const deps = {
    store,
    host: 'box',
    process: 'madre',
    home,
    log,
    goneMs: 400,
    machine: home,
    ...more,
  };
  const lease = createHostLease({ ...deps, say: (sentence) => said.push(sentence) });
  leases.push(lease);
  return { lease, said };
};

test('a second process waits and names the holder, the first one sees it, and its end frees the host', async () => {
  const { lease: first } = asking('/one');
  expect(await first.hold(stop.signal)).toBe(true);
  const { lease: second, said } = asking('/two');
  const held = second.hold(stop.signal);
  let isIn = false;
  void held.then(() => (isIn = true));
  await new Promise((resolve) => setTimeout(resolve, 1500)); // far longer than `goneMs`
  expect(isIn).toBe(false);
  expect(await second.isHeld()).toBe(false);
  expect(await first.isHeld()).toBe(true);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(`process ${process.pid} on`);
  expect(said[0]).toContain('home /one');
  await until('the first one knows', () => first.contender() !== null);
  expect(first.contender()).toContain('home /two');
  await first.leave();
  expect(await held).toBe(true);
  expect(await second.isHeld()).toBe(true);
});

test('a process that stood still loses the host, and does nothing after it continues', async () => {
  const frozen = { ...store, hostLease: { ...store.hostLease } };
  const { lease: first } = asking('/one', { store: frozen });
  await first.hold(stop.signal);
  const { take } = frozen.hostLease;
  frozen.hostLease.take = () => new Promise(() => undefined); // as SIGSTOP does to it
  const { lease: second } = asking('/two');
  expect(await second.hold(stop.signal)).toBe(true);
  frozen.hostLease.take = take;
  expect(await first.isHeld()).toBe(false);
  expect(first.lost.aborted).toBe(true);
  expect((first.lost.reason as Error).message).toContain('home /two');
  await first.leave();
  expect(await second.isHeld()).toBe(true);
});

test('the host of a killed process on this machine is taken at once', async () => {
  const { lease: gone } = asking('/one', { goneMs: 600_000, machine: 'here' });
  await gone.hold(stop.signal);
  const { holder } = (await store.hostLease.find('box'))!;
  const { pid } = spawnSync('true');
  const dead = JSON.stringify({ ...JSON.parse(holder), pid, started: '1' });
  await store.hostLease.leave('box', holder);
  await store.hostLease.take('box', dead, Date.now(), () => false);
  const { lease: next, said } = asking('/one', { goneMs: 600_000, machine: 'here' });
  expect(await next.hold(stop.signal)).toBe(true);
  expect(said).toEqual([]);
});

test('a slow process on this machine keeps the host', async () => {
  const frozen = { ...store, hostLease: { ...store.hostLease } };
  const { lease: first } = asking('/one', { store: frozen, machine: 'here' });
  await first.hold(stop.signal);
  const { take } = frozen.hostLease;
  frozen.hostLease.take = () => new Promise(() => undefined);
  const { lease: second, said } = asking('/two', { machine: 'here' });
  const held = second.hold(stop.signal);
  await until('it waits', () => said.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  frozen.hostLease.take = take;
  expect(await first.isHeld()).toBe(true);
  expect(await second.isHeld()).toBe(false);
  await first.leave();
  expect(await held).toBe(true);
});

test('with a store that is not writable a process still acts, unless another one has the host', async () => {
  const take = () => Promise.reject(new Error('the disk is full'));
  const full = { ...store, hostLease: { ...store.hostLease, take } };
  const { lease } = asking('/one', { store: full });
  expect(await lease.hold(stop.signal)).toBe(true);
  expect(await lease.isHeld()).toBe(true);
  await lease.leave();
  await asking('/two').lease.hold(stop.signal);
  const { lease: late, said } = asking('/three', { store: full });
  const held = late.hold(stop.signal);
  await until('it waits', () => said.length === 1);
  stop.abort();
  expect(await held).toBe(false);
});
