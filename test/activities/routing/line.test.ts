import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatLimits } from '../../../activities/routing/chat/deps.ts';
import type { RoutingCall } from '../../../contracts/routing-call.ts';
import { callBy, errorIn, provider, startRouted, type Routed } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

const slow = 'slow-first:150';
const start = (line: Partial<typeof chatLimits.line> = {}, concurrency = 1): Promise<Routed> =>
  startRouted([provider(upstream.base, [slow, 'hang'], { limits: { concurrency } })], {
    limits: { line: { ...chatLimits.line, ...line } },
  });
/** Asks, and notes in `ended` that it was answered. */
const ask = async (
  one: Routed,
  name: string,
  ended: string[],
  call: Partial<RoutingCall> = {},
  body = {},
): Promise<number> => {
  const { status } = await one.ask(body, call);
  ended.push(name);
  return status;
};

describe('requests for a target that is busy', () => {
  test('wait for their turn, and are all answered, never more at once than it takes', async () => {
    const one = await start({}, 2);
    const before = upstream.seen.length;
    const answers = await Promise.all(Array.from({ length: 9 }, () => one.ask()));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200));
    expect(upstream.seen.length - before).toBe(9);
    expect(upstream.mostAtOnce(slow)).toBe(2);
    await one.close();
  });

  test('are answered by urgency, and of equals by turns of their owners', async () => {
    const one = await start();
    const ended: string[] = [];
    const first = ask(one, 'first', ended);
    const others = [
      ask(one, 'batch', ended, {}, { service_tier: 'flex' }),
      ask(one, 'plan', ended, { source: 'madre' }),
      ask(one, 'ana 1', ended, { owner_id: 'ana' }),
      ask(one, 'ana 2', ended, { owner_id: 'ana' }),
      ask(one, 'ben 1', ended, { owner_id: 'ben' }),
    ];
    await Promise.all([first, ...others]);
    expect(ended).toEqual(['first', 'ana 1', 'ben 1', 'ana 2', 'plan', 'batch']);
    await one.close();
  });

  test('find a full line: 503 for all, 429 for one owner, each with a wait', async () => {
    const one = await start({ most: 2, mostOfOwner: 1 });
    const busy = one.ask();
    const waits = [one.ask({}, { owner_id: 'ana' })];
    const again = await one.ask({}, { owner_id: 'ana' });
    expect(again.status).toBe(429);
    waits.push(one.ask({}, { owner_id: 'ben' }));
    const full = await one.ask({}, { owner_id: 'cid' });
    expect(full.status).toBe(503);
    expect(errorIn(full)).toMatchObject({ code: 'unavailable' });
    for (const { headers } of [again, full]) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(headers['x-should-retry']).toBe('true');
    }
    for (const { status } of await Promise.all([busy, ...waits])) expect(status).toBe(200);
    await one.close();
  });

  test('leave the line when they hang up, when their deadline passes, and after their time', async () => {
    const one = await start({ waitMs: 300 });
    const seen = upstream.seen.length;
    const hanging = new AbortController();
    const asked = (model: string) => ({
      model: `script/${model}`,
      messages: [{ role: 'user', content: 'hello' }],
    });
    const busy = one.router.chat(asked('hang'), callBy(), hanging.signal);
    const gone = new AbortController();
    const left = one.router.chat(asked(slow), callBy(), gone.signal);
    const late = one.ask(asked(slow));
    const short = one.ask(asked(slow), { options: { deadline_ms: 100 } });
    gone.abort();
    expect(await left).toMatchObject({ kind: 'json', status: 499 });
    expect((await short).status).toBe(504);
    expect((await late).status).toBe(429);
    expect(upstream.seen.length - seen).toBe(1);
    hanging.abort();
    expect(await busy).toMatchObject({ kind: 'json', status: 499 });
    // nothing of them is left: the place is free
    expect((await one.ask(asked(slow))).status).toBe(200);
    await one.close();
  });
});
