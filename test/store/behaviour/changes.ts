import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import type { NewEvent } from '../../../contracts/event.ts';
import type { Store } from '../../../store/index.ts';
import type { NewToken } from '../../../store/system/tokens.ts';
import { aWindow } from '../../domain/samples.ts';
import { until } from '../../stack/wait.ts';
import type { Backend } from '../backend.ts';
import type { StoreUnderTest } from './under-test.ts';

/** The revisions that caches depend on, and notifications of commits. */
export function describeChanges(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  let backend: Backend;
  beforeAll(() => void ({ store, other, backend } = under()));

  const output = (text: string) => ({
    attempt: 1,
    add: [
      {
        attempt: 1,
        seq: Number(text),
        stream: 'stdout' as const,
        at: 1,
        start: 0,
        bytes: Buffer.from(text),
      },
    ],
    drop: [],
  });
  const token = (): NewToken => {
    const id = `token-${newId('window').slice('window-'.length)}`;
    const none = { expires_at: null, revoked_at: null, last_used_at: null };
    return { id, name: id, scope: 'viewer', secret_hash: id, created_at: 1, ...none };
  };
  const beat = (from: Store, at: number) =>
    from.presence.beat({ process: 'changes', host: 'c', at, detail: {} });

  describe('revisions', () => {
    test('stay as they are while tasks print, requests are answered and tokens are used', async () => {
      const made = token();
      await store.tokens.create(made, []);
      const before = await store.revisions();
      const anyCommit = await store.revision();
      for (const from of [store, other]) {
        await from.taskOutput.append(newId('spawn'), output('1'));
        const request = { key: newId('run'), principal: 'p', route: 'r', bodyHash: 'b', now: 1 };
        await from.idempotency.begin(request);
        await from.tokens.used(made.id, 5);
        await from.events.append([{ type: 'process.started', at: 1, actor: 'test' }]);
      }
      expect(await store.revision()).not.toBe(anyCommit);
      const { tokens, state } = before;
      expect(await store.revisions()).toMatchObject({ tokens, state });
    });

    test.each(['this process', 'another one'])(
      'change with their own topic only, by %s',
      async (who) => {
        const writer = who === 'this process' ? store : other;
        const first = await store.revisions();
        await beat(writer, 1);
        const second = await store.revisions();
        expect([second.state === first.state, second.tokens]).toEqual([false, first.tokens]);
        const made = token();
        await writer.tokens.create(made, []);
        const third = await store.revisions();
        expect([third.state, third.tokens === second.tokens]).toEqual([second.state, false]);
        await writer.tokens.revoke(made.id, 1, []);
        expect((await store.revisions()).tokens).not.toBe(third.tokens);
      },
    );

    test('are the same as before after a rollback', async () => {
      const before = await store.revisions();
      const broken = { type: 'window.open', at: 1, actor: null } as unknown as NewEvent;
      const kept = aWindow({ window_id: newId('window'), kind: 'operator', target: null });
      await expect(other.windows.request(kept, [broken])).rejects.toThrow();
      await expect(store.windows.request(kept, [broken])).rejects.toThrow();
      const { tokens, state } = before;
      expect(await store.revisions()).toMatchObject({ tokens, state });
    });
  });

  describe('a follower of the store', () => {
    /** Counts its calls. */
    function follow(withinMs?: number) {
      const seen = { looks: 0 };
      const following = store.changes.follow(() => void (seen.looks += 1), withinMs);
      onTestFinished(() => following.end());
      return { seen, following };
    }

    test('is called for each commit of this process before the write returns', async () => {
      const { seen } = follow(10_000);
      await sleep(20);
      const before = seen.looks;
      await beat(store, 1);
      expect(seen.looks).toBeGreaterThan(before);
    });

    test('is called for commits of other processes', async () => {
      const { seen } = follow();
      await sleep(100);
      for (let n = 1; n <= 3; n += 1) {
        const before = seen.looks;
        await beat(other, n);
        await until('the call after a commit', () => seen.looks > before, 5000);
      }
    });

    test('is called for a commit that bypasses the store', async () => {
      const { seen } = follow();
      await sleep(100);
      const before = seen.looks;
      await backend.tamper(`insert into presence values ('by-hand', 'h', 1, '{}')`);
      await until('the call after it', () => seen.looks > before, 5000);
    });

    test('is not called once it has ended', async () => {
      const { seen, following } = follow();
      following.end();
      await sleep(20);
      const before = seen.looks;
      await beat(store, 9);
      await beat(other, 10);
      await sleep(50);
      expect(seen.looks).toBe(before);
    });

    test('is called again after a failed call, and never twice at once', async () => {
      let [failures, running, most] = [2, 0, 0];
      const done = Promise.withResolvers<void>();
      const following = store.changes.follow(async () => {
        most = Math.max(most, (running += 1));
        await sleep(10);
        running -= 1;
        if ((failures -= 1) >= 0) throw new Error('the store is unavailable');
        done.resolve();
      });
      onTestFinished(() => following.end());
      for (let n = 0; n < 5; n += 1) following.lookNow();
      await done.promise;
      expect(most).toBe(1);
    });
  });
}
