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

    /** Claims a request and leaves it without a response. */
    const claimed = async (asked: ReturnType<typeof request>, from = store): Promise<Claim> => {
      const repeat = await from.idempotency.begin(asked);
      if (repeat.kind !== 'first') throw new Error(`it was ${repeat.kind}`);
      return repeat.claim;
    };

    test('the first request is let through; a repeat is refused as in flight until the first has a response', async () => {
      const asked = request();
      await claimed(asked);
      expect(await other.idempotency.begin(asked)).toEqual({ kind: 'in_flight' });
    });

    test('of many simultaneous requests one is the first', async () => {
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

    test('a repeat gets the first response', async () => {
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

    test('a released key is free, also for another request; one with a response is not', async () => {
      const asked = request();
      const refused = await claimed(asked);
      await store.idempotency.release(refused);
      const mended = { ...asked, bodyHash: 'mended' };
      const claim = await claimed(mended);
      expect(claim.attempt).not.toBe(refused.attempt);
      await store.idempotency.finish(claim, 200, '{}');
      await store.idempotency.release(claim);
      expect((await store.idempotency.begin(mended)).kind).toBe('answered');
    });

    test('a renewed claim stands; an expired one goes to one of the simultaneous repeats', async () => {
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

    test('a new claim keeps the attempt and its window; the one that lost the request cannot write', async () => {
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
      await idempotency.keepResumable(lost);
      await idempotency.release(lost);
      expect((await idempotency.begin({ ...asked, now: noon + claimMs })).kind).toBe('in_flight');
      await other.idempotency.finish(won, 200, 'in time');
      expect(await idempotency.begin(asked)).toMatchObject({ answer: 'in time' });
    });

    test('a request whose work may have started is resumed at once', async () => {
      const asked = request();
      const { attempt, ...unsure } = await claimed(asked);
      await store.idempotency.keepResumable({ attempt, ...unsure });
      expect((await claimed(asked, other)).attempt).toBe(attempt);
    });

    test('responses are removed after two days', async () => {
      const asked = request();
      await store.idempotency.finish(await claimed(asked), 200, '{}');
      await store.idempotency.forgetOld(noon + keepAnswersMs);
      expect((await store.idempotency.begin(asked)).kind).toBe('answered');
      await store.idempotency.forgetOld(noon + keepAnswersMs + 1);
      expect((await store.idempotency.begin(asked)).kind).toBe('first');
    });
  });
}
