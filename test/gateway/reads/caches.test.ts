import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import { createReadModel } from '../../../gateway/reads/read-model.ts';
import { createTokenCache } from '../../../gateway/tokens/token-cache.ts';
import { newToken } from '../../../gateway/tokens/token-text.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { aWindow } from '../../domain/samples.ts';
import { sqliteBackend, type Backend } from '../../store/backend.ts';

let backend: Backend;
/** The gateway's, and the one of a process that runs tasks. */
let store: Store;
let other: Store;
beforeEach(async () => {
  backend = await sqliteBackend();
  [store, other] = [await openStore(backend.url), await openStore(backend.url)];
});
afterEach(async () => {
  await store.close();
  await other.close();
  await backend.stop();
});

/** What a printing task and a request with an Idempotency-Key write to the store. */
async function busy(from: Store): Promise<void> {
  const chunk = { attempt: 1, seq: 1, stream: 'stdout' as const, at: 1, start: 0 };
  const add = [{ ...chunk, bytes: Buffer.from('a line') }];
  await from.taskOutput.append(newId('spawn'), { attempt: 1, add, drop: [] });
  const request = { key: newId('run'), principal: 'p', route: 'r', bodyHash: 'b', now: 1 };
  await from.idempotency.begin(request);
}
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('the snapshot stays while tasks print, and sees a window of another process at once', async () => {
  const model = createReadModel(() => store);
  const first = await model.snapshot();
  for (const from of [other, store]) {
    await busy(from);
    await nextTurn();
    expect(await model.snapshot()).toBe(first);
  }
  const window = aWindow({ window_id: newId('window'), state: 'requested' });
  await other.windows.request(window, []);
  await nextTurn();
  expect((await model.snapshot()).windows).toEqual([window]);
  await store.windows.save({ ...window, state: 'opening' }, []);
  // within one turn: a read sees the writes of this process before it
  expect((await model.snapshot()).windows).toMatchObject([{ state: 'opening' }]);
});

test('a known token is not read again while tasks print and tokens are used, and a revoked one is refused at once', async () => {
  const { id, text, secretHash } = newToken();
  const dates = { created_at: 1, expires_at: null, revoked_at: null, last_used_at: null };
  await store.tokens.create(
    { id, name: 'ci', scope: 'viewer', secret_hash: secretHash, ...dates },
    [],
  );
  let reads = 0;
  const find = store.tokens.find.bind(store.tokens);
  store.tokens.find = (of) => {
    reads += 1;
    return find(of);
  };
  const model = createReadModel(() => store);
  const cache = createTokenCache({
    store: () => store,
    revision: async () => (await model.revisions()).tokens,
    clock: () => 1000,
    adminToken: null,
    logger: pino({ level: 'silent' }),
  });
  for (let n = 0; n < 3; n += 1) {
    expect(await cache.identify(text)).toMatchObject({ id, name: 'ci' });
    await busy(other);
    await other.tokens.used(id, n);
    await nextTurn();
  }
  expect(reads).toBe(1);
  await other.tokens.revoke(id, 500, []);
  await nextTurn();
  await expect(cache.identify(text)).rejects.toMatchObject({ code: 'forbidden' });
});
