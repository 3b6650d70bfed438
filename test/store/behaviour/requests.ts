import { beforeAll, describe, expect, test } from 'vitest';
import { claimMs, keepAnswersMs, type Claim } from '../../../store/system/idempotency.ts';
import type { Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import type { StoreUnderTest } from './under-test.ts';

export function describeRequests(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  describe('repeated requests', () => {
    let keys = 0;
    const request = () => ({
      key: `k${(keys += 1)}`,
      principal: 'ada',
      route: '/open',
      bodyHash: 'b',
      now: noon,
    });

    /** Claims a request that nobody answers. */
    const claimed = async (asked: ReturnType<typeof request>, from = store): Promise<Claim> => {
      const repeat = await from.idempotency.begin(asked);
      if (repeat.kind !== 'first') throw new Error(`it was ${repeat.kind}`);
      return repeat.claim;
    };

    test('the first one is let through, and while it is answered a repeat is told so', async () => {
      const asked = request();
      await claimed(asked);
      expect(await other.idempotency.begin(asked)).toEqual({ kind: 'in_flight' });
    });

    test('of many at the same moment one is the first', async () => {
      const asked = request();
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          (n % 2 === 0 ? store : other).idempotency.begin(asked),
        ),
      );
      expect(answers.map(({ kind }) => kind).sort()).toEqual([
        'first',
        ...Array<string>(11).fill('in_flight'),
      ]);
    });

    test('a repeat gets the first answer', async () => {
      const asked = request();
      await store.idempotency.finish(await claimed(asked), 202, '{"a":1}');
      const repeat = { kind: 'answered', status: 202, answer: '{"a":1}' };
      expect(await store.idempotency.begin(asked)).toEqual(repeat);
    });

    test.each([
      ['body', { bodyHash: 'c' }],
      ['route', { route: '/close' }],
    ])('the same key with another %s is another request', async (_, change) => {
      const asked = request();
      await store.idempotency.begin(asked);
      expect(await store.idempotency.begin({ ...asked, ...change })).toEqual({
        kind: 'other_request',
      });
    });

    test('two principals may use the same key', async () => {
      const asked = request();
      await store.idempotency.begin(asked);
      const bobs = await claimed({ ...asked, principal: 'bob' });
      await store.idempotency.finish(bobs, 200, '{}');
      expect(await store.idempotency.begin(asked)).toEqual({ kind: 'in_flight' });
    });

    test('a key that is let go is free, for another request too; one with an answer is not', async () => {
      const asked = request();
      const refused = await claimed(asked);
      await store.idempotency.abandon(refused);
      const mended = { ...asked, bodyHash: 'mended' };
      const claim = await claimed(mended);
      expect(claim.attempt).not.toBe(refused.attempt);
      await store.idempotency.finish(claim, 200, '{}');
      await store.idempotency.abandon(claim);
      expect((await store.idempotency.begin(mended)).kind).toBe('answered');
    });

    test('a claim that is renewed stands; one that is not is taken over by one of those who ask', async () => {
      const asked = request();
      const claim = await claimed(asked);
      const later = (ms: number) => ({ ...asked, now: noon + ms });
      await store.idempotency.renew([claim.id, 'of-nobody'], noon + claimMs - 1);
      expect((await other.idempotency.begin(later(claimMs))).kind).toBe('in_flight');
      const answers = await Promise.all(
        [store, other].map(({ idempotency }) => idempotency.begin(later(2 * claimMs))),
      );
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['first', 'in_flight']);
    });

    test('who takes a request over goes on with the attempt and its window; who lost it writes nothing', async () => {
      const asked = request();
      const lost = await claimed(asked);
      await store.idempotency.about(lost, 'window-00000000000000a1');
      const won = await claimed({ ...asked, now: noon + claimMs }, other);
      const window_id = 'window-00000000000000a1';
      expect(won).toEqual({ ...lost, id: won.id, again: true, window_id });
      expect(won.id).not.toBe(lost.id);
      const { idempotency } = store;
      await idempotency.renew([lost.id], noon + 10 * claimMs);
      await idempotency.about(lost, 'window-00000000000000b2');
      await idempotency.finish(lost, 200, 'too late');
      await idempotency.release(lost);
      await idempotency.abandon(lost);
      expect((await idempotency.begin({ ...asked, now: noon + claimMs })).kind).toBe('in_flight');
      await other.idempotency.finish(won, 200, 'in time');
      expect(await idempotency.begin(asked)).toMatchObject({ answer: 'in time' });
    });

    test('a request that may have been carried out is gone on with at once', async () => {
      const asked = request();
      const { attempt, ...unsure } = await claimed(asked);
      await store.idempotency.release({ attempt, ...unsure });
      expect((await claimed(asked, other)).attempt).toBe(attempt);
    });

    test('answers are forgotten after two days', async () => {
      const asked = request();
      await store.idempotency.finish(await claimed(asked), 200, '{}');
      await store.idempotency.forgetOld(noon + keepAnswersMs);
      expect((await store.idempotency.begin(asked)).kind).toBe('answered');
      await store.idempotency.forgetOld(noon + keepAnswersMs + 1);
      expect((await store.idempotency.begin(asked)).kind).toBe('first');
    });
  });
}
