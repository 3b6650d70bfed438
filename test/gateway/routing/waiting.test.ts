import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelsOf, provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

let upstream: ScriptedProvider;
let gateway: RoutedGateway;
const slow = 'slow-first:400';
beforeAll(async () => {
  upstream = await startScriptedProvider();
  const models = modelsOf([slow]);
  gateway = await startRoutedGateway(
    [provider(upstream.base, [], { limits: { concurrency: 1 }, models })],
    { gateway: { config: { streamBeatMs: 50 } } },
  );
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const ask = async (stream: boolean) => {
  const answer = await fetch(`${gateway.base}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gateway.token('operator')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ stream, messages: [{ role: 'user', content: 'Say hello.' }] }),
  });
  return { answer, text: await answer.text() };
};
/** A request that keeps the only place. */
const occupy = async (): Promise<{ first: ReturnType<typeof ask> }> => {
  const before = upstream.count(slow);
  const first = ask(false);
  await expect.poll(() => upstream.count(slow), { interval: 5 }).toBe(before + 1);
  return { first };
};

test('a stream that waits in line is kept alive by comments, and its answer comes whole', async () => {
  const { first } = await occupy();
  const { answer, text } = await ask(true);
  expect(answer.status).toBe(200);
  expect(text).toMatch(/^: waiting in line\n\n/);
  expect(text).toMatch(/"content":"Hel".*\[DONE\]\n\n$/s);
  expect((await first).answer.status).toBe(200);
  expect(upstream.mostAtOnce(slow)).toBe(1);
});

test('an answer that comes as a whole waits without a word', async () => {
  const { first } = await occupy();
  const { answer, text } = await ask(false);
  expect([answer.status, answer.headers.get('x-vx11-tries')]).toEqual([200, '1']);
  expect(JSON.parse(text)).toMatchObject({ choices: [{ message: { content: 'Hello.' } }] });
  await first;
});
