import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import type { Store } from '../../../store/index.ts';
import type { WebSession, WebSessionLink } from '../../../store/system/web-sessions.ts';
import { noon } from '../../domain/samples.ts';
import type { StoreUnderTest } from './under-test.ts';

export function describeWebSessions(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  const session = (): WebSession => {
    const id = newId('web');
    return {
      id,
      cookie_hash: `cookie of ${id}`,
      proof_hash: 'p',
      token_id: 'token-0000000000000001',
      created_at: noon,
      last_used_at: noon,
      expires_at: noon + 1000,
    };
  };
  const link = (): WebSessionLink => ({
    code_hash: `code ${newId('web')}`,
    bound_hash: 'b',
    token_id: 'token-0000000000000001',
    created_at: noon - 1000,
    expires_at: noon + 1,
    session_until: null,
  });
  const event = { type: 'web_session.started' as const, at: noon, actor: 'ada' };

  describe('web sessions', () => {
    test('are found by the hash of their cookie until they end, in every process', async () => {
      const one = session();
      await store.webSessions.create(one, [event]);
      expect(await other.webSessions.find(one.cookie_hash)).toEqual(one);
      await other.webSessions.used(one, noon + 5);
      expect(await store.webSessions.find(one.cookie_hash)).toEqual({
        ...one,
        last_used_at: noon + 5,
      });
      const from = await store.events.newest();
      const ended = { ...event, type: 'web_session.ended' as const };
      expect(await other.webSessions.end(one.id, [ended])).toBe(true);
      expect(await store.webSessions.find(one.cookie_hash)).toBeNull();
      expect(await store.webSessions.end(one.id, [ended])).toBe(false);
      expect(await store.events.after(from, 10)).toHaveLength(1);
    });

    test('that end change what tokens may do; that begin or are used change nothing', async () => {
      const tokens = async () => (await other.revisions()).tokens;
      const one = session();
      const first = await tokens();
      await store.webSessions.create(one, []);
      await store.webSessions.used(one, noon + 1);
      await store.webSessions.createLink(link(), []);
      expect(await tokens()).toBe(first);
      await store.webSessions.end(one.id, []);
      expect(await tokens()).not.toBe(first);
    });
  });

  describe('a link', () => {
    test('starts one session, however many processes use it at once', async () => {
      const asked = link();
      await store.webSessions.createLink(asked, []);
      expect(await other.webSessions.findLink(asked.code_hash)).toEqual(asked);
      const from = await store.events.newest();
      const tries = await Promise.all(
        Array.from({ length: 10 }, async (_, n) => {
          const made = session();
          const at = n % 2 === 0 ? store : other;
          return {
            made,
            won: await at.webSessions.exchange(asked.code_hash, made, [event]),
          };
        }),
      );
      expect(tries.filter(({ won }) => won)).toHaveLength(1);
      for (const { made, won } of tries) {
        expect((await store.webSessions.find(made.cookie_hash)) !== null).toBe(won);
      }
      expect(await store.events.after(from, 20)).toHaveLength(1);
      expect(await store.webSessions.findLink(asked.code_hash)).toBeNull();
    });

    test('that has expired, or was never made, starts none', async () => {
      const late = { ...link(), expires_at: noon };
      await store.webSessions.createLink(late, []);
      for (const code of [late.code_hash, 'nobody made it']) {
        const made = session();
        expect(await store.webSessions.exchange(code, made, [event])).toBe(false);
        expect(await store.webSessions.find(made.cookie_hash)).toBeNull();
      }
    });
  });
}
