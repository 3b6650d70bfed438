import { beforeAll, describe, expect, test } from 'vitest';
import { keepAnswersMs } from '../../../store/idempotency.ts';
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

    test('the first one is let through, and while it is answered a repeat is told so', async () => {
      const asked = request();
      expect(await store.idempotency.begin(asked)).toEqual({ kind: 'first' });
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
      await store.idempotency.begin(asked);
      await store.idempotency.finish(asked.key, 'ada', 202, '{"a":1}');
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
      expect(await store.idempotency.begin({ ...asked, principal: 'bob' })).toEqual({
        kind: 'first',
      });
    });

    test('a key that is let go is free; one with an answer is not', async () => {
      const asked = request();
      await store.idempotency.begin(asked);
      await store.idempotency.abandon(asked.key, 'ada');
      expect(await store.idempotency.begin(asked)).toEqual({ kind: 'first' });
      await store.idempotency.finish(asked.key, 'ada', 200, '{}');
      await store.idempotency.abandon(asked.key, 'ada');
      expect((await store.idempotency.begin(asked)).kind).toBe('answered');
    });

    test('a request whose answerer is gone may be tried again, by one of those who ask', async () => {
      const asked = request();
      await store.idempotency.begin(asked);
      const later = { ...asked, now: noon + 121_000 };
      const answers = await Promise.all([
        store.idempotency.begin(later),
        other.idempotency.begin(later),
      ]);
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['first', 'in_flight']);
    });

    test('answers are forgotten after two days', async () => {
      const asked = request();
      await store.idempotency.begin(asked);
      await store.idempotency.finish(asked.key, 'ada', 200, '{}');
      await store.idempotency.forgetOld(noon + keepAnswersMs);
      expect((await store.idempotency.begin(asked)).kind).toBe('answered');
      await store.idempotency.forgetOld(noon + keepAnswersMs + 1);
      expect((await store.idempotency.begin(asked)).kind).toBe('first');
    });
  });
}
