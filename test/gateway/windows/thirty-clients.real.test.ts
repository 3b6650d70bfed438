import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../../stack/stack.ts';
import { endAndExpectRest, expectPromisesKept } from '../../stack/promises.ts';

/** How long the clients run; the fault suite uses a minute. */
const seconds = Number(process.env['VX11_CLIENT_SECONDS'] ?? 10);
const clients = 30;
const services = Array.from({ length: 9 }, (_, n) => `s${n}`);

/** The nth item of a list, repeated: each client starts at another item. */
const nth = <T>(list: readonly T[], at: number): T => list[at % list.length]!;

describe(`${clients} clients that open, extend, close, stop, restart and apply solo madre`, () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: Object.fromEntries(services.map((name) => [name, { network_mode: 'none' }])),
      env: { VX11_RATE_CHANGES_PER_TOKEN: '1000000', VX11_RATE_PER_ADDRESS: '10000000' },
    });
  });
  afterAll(() => stack?.destroy());

  test(
    'never get window_not_open for a close or a stop, nor 500',
    async () => {
      const answers = new Map<string, number>();
      const problems: string[] = [];
      const acts: [string, (name: string) => [string, unknown]][] = [
        ['open', (target) => ['/vx11/window/open', { target, ttl_seconds: 30, wait_seconds: 0 }]],
        ['close', (target) => ['/vx11/window/close', { target }]],
        ['open', (target) => ['/vx11/window/open', { target, ttl_seconds: 30 }]],
        ['extend', (target) => ['/vx11/window/extend', { target, seconds: 5 }]],
        ['stop', (name) => [`/operator/power/service/${name}/stop`, {}]],
        ['open', (target) => ['/vx11/window/open', { target, ttl_seconds: 30, wait_seconds: 0 }]],
        ['restart', (name) => [`/operator/power/service/${name}/restart`, {}]],
        ['solo_madre', () => ['/operator/power/policy/solo_madre/apply', {}]],
      ];
      const until = performance.now() + seconds * 1000;
      const client = async (id: number): Promise<void> => {
        for (let n = id; performance.now() < until; n += 1) {
          const [act, request] = nth(acts, n);
          // only a few close everything, or there would be no windows to act on
          if (act === 'solo_madre' && id % 6 !== 0) continue;
          const [path, body] = request(nth(services, id * 7 + n * 5));
          const { status, body: answer, headers } = await stack.call('POST', path, body);
          const error = typeof answer?.error === 'string' ? ` ${answer.error}` : '';
          const key = `${act} ${status}${error}`;
          answers.set(key, (answers.get(key) ?? 0) + 1);
          const down = /^(close|stop|solo_madre)$/.test(act);
          if (down && error === ' window_not_open') problems.push(key);
          if (status >= 500 && status !== 503) problems.push(`${key}: ${JSON.stringify(answer)}`);
          if (status === 503 && headers.get('retry-after') === null) problems.push(`${key}: bare`);
        }
      };
      await Promise.all(Array.from({ length: clients }, (_, id) => client(id)));
      console.log(
        Object.fromEntries([...answers].toSorted(([one], [other]) => one.localeCompare(other))),
      );
      expect(problems).toEqual([]);
      for (const act of ['open 200', 'close 200', 'stop 200', 'solo_madre 200'])
        expect(answers.get(act) ?? 0).toBeGreaterThan(0);
      await stack.call('POST', '/operator/power/policy/solo_madre/apply', {});
      expect(await stack.running()).toEqual([]);
      await expectPromisesKept(stack);
      await endAndExpectRest(stack);
    },
    seconds * 1000 + 180_000,
  );
});
