import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import type { Store } from '../../../store/index.ts';
import type { NewToken } from '../../../store/system/tokens.ts';
import { iso, noon, seen } from '../../domain/samples.ts';
import type { StoreUnderTest } from './under-test.ts';

export function describeRecords(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  describe('services', () => {
    test('the newest observation replaces the previous one', async () => {
      const [host, web] = ['seen', seen({ host: 'seen' })];
      await store.services.observe([web, { ...web, name: 'db' }], [], 1);
      await store.services.observe([{ ...web, state: 'exited', exit_code: 3 }], [], 2);
      const states = (await other.services.observed(host)).map((each) => [each.name, each.state]);
      expect(states).toEqual([
        ['db', 'running'],
        ['web', 'exited'],
      ]);
      await store.services.forget(host, []);
      await store.services.forget(host, ['db', 'nope']);
      expect(await store.services.observed(host)).toHaveLength(1);
    });

    test('whether anything is alive can be asked', async () => {
      const work = await store.liveWork.first();
      expect(work === null || typeof work.kind === 'string').toBe(true);
      expect(await other.liveWork.first()).toEqual(work);
    });

    test('the catalog of a host is the newest one', async () => {
      const first = {
        host: 'cat',
        project: 'p',
        compose_file: 'f',
        services: [],
        budget: { memory_bytes: null, cpus: null },
        read_at: iso(noon),
        error: null,
      };
      await store.services.saveCatalog(first, []);
      await store.services.saveCatalog({ ...first, error: 'broken', read_at: iso(noon + 1) }, []);
      expect((await other.services.catalogOf('cat'))?.error).toBe('broken');
      expect(await store.services.catalogOf('nobody')).toBeNull();
      expect((await store.services.catalogs()).filter(({ host }) => host === 'cat')).toHaveLength(
        1,
      );
    });
  });

  describe('tokens', () => {
    const token = (change: Partial<NewToken> = {}): NewToken => ({
      id: newId('token'),
      name: 'ci',
      scope: 'operator',
      secret_hash: 'f'.repeat(64),
      created_at: noon,
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
      ...change,
    });

    test('are found as they were created, and listed without their secret', async () => {
      const made = token({ expires_at: noon + 5, created_by: 'ana' });
      await store.tokens.create(made, [{ type: 'token.created', at: noon, actor: 'test' }]);
      await store.tokens.used(made.id, noon + 1);
      expect(await other.tokens.find(made.id)).toEqual({
        ...made,
        agent: null,
        confirms: null,
        principal: made.id,
        last_used_at: noon + 1,
      });
      const listed = (await store.tokens.list()).find(({ token_id }) => token_id === made.id);
      expect(listed).toMatchObject({
        created_by: 'ana',
        expires_at: iso(noon + 5),
        last_used_at: iso(noon + 1),
      });
      expect(JSON.stringify(listed)).not.toContain(made.secret_hash);
      expect(await store.tokens.find('token-none')).toBeNull();
    });

    test('are revoked once: the first time counts, and one event records it', async () => {
      const made = token();
      await store.tokens.create(made, []);
      const before = await store.events.newest();
      const gone = { type: 'token.revoked', at: noon, actor: 'test' } as const;
      expect(await store.tokens.revoke(made.id, noon + 1, [gone])).toBe(true);
      expect(await store.tokens.revoke(made.id, noon + 9, [gone])).toBe(true);
      expect(await store.tokens.revoke('token-none', noon, [gone])).toBe(false);
      expect((await store.tokens.find(made.id))?.revoked_at).toBe(noon + 1);
      expect(await store.events.newest()).toBe(before + 1);
    });

    test('may get an earlier expiry, never a later one', async () => {
      const made = token();
      await store.tokens.create(made, []);
      for (const [nth, at] of [500, 900, 300].entries()) {
        const next = { ...made, id: `token-next${nth}`, name: `next ${nth}` };
        await store.tokens.create(next, [], { now: 0, replaces: { id: made.id, at } });
      }
      expect((await store.tokens.find(made.id))?.expires_at).toBe(300);
    });
  });

  test('a process is present with its last heartbeat until it leaves', async () => {
    const here = { process: 'madre', host: 'p', at: 1, detail: { pid: 7 } };
    await store.presence.beat(here);
    await other.presence.beat({ ...here, at: 2 });
    expect(await store.presence.list()).toContainEqual({ ...here, at: 2 });
    await store.presence.leave('madre', 'p');
    expect((await store.presence.list()).filter(({ host }) => host === 'p')).toEqual([]);
  });

  test('the revision changes with every commit of any process, and with nothing else', async () => {
    const still = await store.revision();
    await store.windows.list({ limit: 1 });
    expect(await store.revision()).toBe(still);
    const texts = [still];
    for (const writer of [store, other, store, other]) {
      await writer.presence.beat({ process: 'rev', host: 'r', at: texts.length, detail: {} });
      texts.push(await store.revision());
    }
    expect(new Set(texts).size).toBe(texts.length);
  });
}
