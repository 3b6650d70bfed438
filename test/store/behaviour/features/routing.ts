import { beforeAll, describe, expect, test } from 'vitest';
import type { StoredDecision } from '../../../../contracts/routing-call.ts';
import type { Store } from '../../../../store/index.ts';
import type { LimitedAccount } from '../../../../store/routing/spend.ts';
import { noon } from '../../../domain/samples.ts';
import type { StoreUnderTest } from '../under-test.ts';

const day = '2026-11-29';
const accountOf = (account: string, limit: Partial<LimitedAccount>): LimitedAccount => ({
  account,
  day,
  limit_usd: null,
  limit_requests: null,
  limit_tokens: null,
  ...limit,
});
const decisionOf = (decision_id: string, at_ms: number): StoredDecision =>
  ({
    decision_id,
    at_ms,
    owner: 'ana',
    owner_id: 't1',
    correlation_id: 'c-1',
    outcome: null,
    record: { chosen: 'a/b' },
  }) as StoredDecision;

export function describeRouting(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  describe('routing', () => {
    test('reserves in every account or in none, never above a limit, also by two processes at once', async () => {
      const accounts = [
        accountOf('r-all', { limit_usd: 1 }),
        accountOf('r-ana', { limit_usd: 0.55 }),
      ];
      const asked = Array.from({ length: 20 }, (_, nth) =>
        (nth % 2 === 0 ? store : other).routing.spend.reserve({ usd: 0.1, tokens: 7 }, accounts),
      );
      const answers = await Promise.all(asked);
      expect(answers.filter((one) => one === null)).toHaveLength(5);
      expect(answers.filter((one) => one === 'r-ana')).toHaveLength(15);
      const all = (await other.routing.spend.of(day)).get('r-all')!;
      expect(all).toMatchObject({ requests: 5, tokens: 35 });
      expect(all.reserved_usd).toBeCloseTo(0.5, 9);
    });
    test.each([
      ['requests', { limit_requests: 5 }],
      ['tokens', { limit_tokens: 51 }],
    ])('counts %s before they are used, never above a limit of a day', async (of, limit) => {
      const accounts = [accountOf(`r-${of}`, limit)];
      const asked = Array.from({ length: 20 }, (_, nth) =>
        (nth % 2 === 0 ? store : other).routing.spend.reserve({ usd: 0, tokens: 10 }, accounts),
      );
      expect((await Promise.all(asked)).filter((one) => one === null)).toHaveLength(5);
      const next = [{ ...accounts[0]!, day: '2026-11-30' }];
      expect(await store.routing.spend.reserve({ usd: 0, tokens: 10 }, next)).toBeNull();
    });
    test('settles what was used, and counts what a dead process had reserved as spent', async () => {
      const used = { reserved_usd: 0.1, spent_usd: 0.03, tokens: 30_000_000_000, requests: 1 };
      await store.routing.spend.settle([{ account: 'r-all', day, ...used }]);
      await store.routing.spend.settle([{ account: 'r-new', day, ...used, reserved_usd: 0 }]);
      const before = await other.routing.spend.of(day);
      expect(before.get('r-all')).toMatchObject({ tokens: 30_000_000_035, requests: 6 });
      expect(before.get('r-all')!.reserved_usd).toBeCloseTo(0.4, 9);
      await other.routing.spend.closeReservations();
      const after = (await store.routing.spend.of(day)).get('r-all')!;
      expect(after.reserved_usd).toBe(0);
      expect(after.spent_usd).toBeCloseTo(0.43, 9);
    });
    test('replaces a decision that is written again, and forgets old ones with their feedback and days', async () => {
      const id = 'decision-00000000000000a1';
      await store.routing.decisions.save([
        decisionOf(id, noon),
        decisionOf('decision-00000000000000a2', noon - 5),
      ]);
      const ended = {
        ...decisionOf(id, noon),
        outcome: { ok: true, target: 'a/b' },
      } as StoredDecision;
      await store.routing.decisions.save([ended]);
      expect(await other.routing.decisions.find(id)).toEqual(ended);
      await store.routing.decisions.forget(noon);
      expect(await other.routing.decisions.find('decision-00000000000000a2')).toBeNull();
      expect(await other.routing.decisions.find(id)).toEqual(ended);
    });
    test('takes the first word on a decision, and gives it to switch once', async () => {
      const word = {
        decision_id: 'decision-00000000000000b1',
        at: noon,
        owner_id: 't1',
        score: 0.25,
        note: null,
      };
      expect(await store.routing.feedback.give(word)).toBe(true);
      expect(await other.routing.feedback.give({ ...word, score: 1 })).toBe(false);
      expect(await other.routing.feedback.waiting(10)).toEqual([word]);
      await other.routing.feedback.applied([word.decision_id]);
      expect(await store.routing.feedback.waiting(10)).toEqual([]);
    });
    test('keeps limits until they are removed, one by one or with their provider', async () => {
      const rows = ['x', 'y'].map((scope) => ({
        scope: `key:${scope}`,
        provider: scope,
        at: noon,
        record: '{}',
      }));
      await store.routing.state.saveLimits(rows, []);
      await store.routing.state.saveLimits([{ scope: 'key:x', record: null }], []);
      expect(await other.routing.state.limits()).toEqual([rows[1]]);
      expect(await other.routing.state.resetProvider('y', [])).toBe(1);
      expect(await store.routing.state.limits()).toEqual([]);
    });
  });
}
