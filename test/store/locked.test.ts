import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VX11Error } from '../../contracts/errors.ts';
import { openStore, type Store } from '../../store/index.ts';
import { sqliteBackend, type Backend } from './backend.ts';

let backend: Backend;
let store: Store;
beforeEach(async () => {
  backend = await sqliteBackend();
  store = await openStore(backend.url);
});
afterEach(async () => {
  await store.close();
  await backend.stop();
});

/** Holds the write lock for this long, by another connection in another thread. */
async function holdLock(ms: number): Promise<{ gone: Promise<unknown> }> {
  const code = `
    const { DatabaseSync } = require('node:sqlite');
    const { parentPort, workerData } = require('node:worker_threads');
    const db = new DatabaseSync(workerData.file);
    db.exec('begin immediate');
    parentPort.postMessage('held');
    setTimeout(() => { db.exec('commit'); db.close(); }, workerData.ms);
  `;
  const file = backend.url.slice('sqlite:'.length);
  const worker = new Worker(code, { eval: true, workerData: { file, ms } });
  const gone = once(worker, 'exit');
  await once(worker, 'message');
  return { gone };
}

const beat = (at: number) => store.presence.beat({ process: 'p', host: 'h', at, detail: {} });

test('while another connection writes for a second, reads continue, nothing blocks, and the write succeeds', async () => {
  await beat(1);
  const { gone } = await holdLock(1000);
  const began = performance.now();
  const pending = new Set([1]);
  const write = beat(2).finally(() => pending.clear());
  let reads = 0;
  while (pending.size > 0) {
    await store.presence.list();
    reads += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await write;
  expect(performance.now() - began).toBeGreaterThan(800);
  // one read every 10 ms; a blocked process makes only one
  expect(reads).toBeGreaterThan(5);
  expect((await store.presence.list())[0]!.at).toBe(2);
  await gone;
});

test('while another connection writes for too long, a write fails with a retryable error', async () => {
  const { gone } = await holdLock(7000);
  const began = performance.now();
  const error = await beat(1).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(VX11Error);
  expect(error).toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 2 });
  expect(performance.now() - began).toBeGreaterThan(4900);
  expect(await store.presence.list()).toEqual([]);
  await gone;
  await beat(2);
  expect((await store.presence.list())[0]!.at).toBe(2);
});

test('simultaneous writes of one process wait for each other', async () => {
  const names = Array.from({ length: 50 }, (_, n) => `s${n}`);
  await Promise.all(
    names.map((name) =>
      store.services.observe(
        [{ name, host: 'h' } as never],
        [{ type: 'service.started', at: 1, actor: name }],
        1,
      ),
    ),
  );
  expect(await store.services.observed('h')).toHaveLength(50);
  expect(await store.audit.verify('events')).toMatchObject({ ok: true, checked: 50 });
});

test('processes that open a new database at the same moment all find their tables', async () => {
  const fresh = await sqliteBackend();
  const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(fresh.url)));
  await Promise.all(
    stores.map((each) => each.events.append([{ type: 'process.started', at: 1, actor: 'x' }])),
  );
  expect(await stores[0]!.audit.verify('events')).toMatchObject({ ok: true, checked: 4 });
  for (const each of stores) await each.close();
  await fresh.stop();
});

test('a closed store fails with the error that every caller handles', async () => {
  const closed = await openStore(backend.url);
  await closed.close();
  await expect(closed.presence.list()).rejects.toMatchObject({ code: 'store_unavailable' });
});
