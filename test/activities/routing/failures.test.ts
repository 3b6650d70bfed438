import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  callBy,
  errorIn,
  provider,
  secret,
  startRouted,
  switchOver,
  textIn,
  type Routed,
} from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

const limits = { firstByteMs: 800, coldFirstByteMs: 800, betweenMs: 400, bytes: 512 * 1024 };
const routed = (names: readonly string[], change = {}): Promise<Routed> =>
  startRouted([provider(upstream.base, names, change)], { limits });
const named = (model: string) => ({ model: `script/${model}` });

describe('another target answers, and the caller sees one clean answer', () => {
  const failing: [string, string, boolean][] = [
    ['500', 'failed', false],
    ['529', 'failed', false],
    ['503-loading', 'failed', false],
    ['404', 'no_such_model', false],
    ['410', 'no_such_model', false],
    ['402', 'no_money', false],
    ['429-money', 'no_money', false],
    ['401', 'unauthorized', false],
    ['403', 'unauthorized', false],
    ['429-seconds:30', 'rate_limited', false],
    ['429-ms:900', 'rate_limited', false],
    ['429-date:30', 'rate_limited', false],
    ['429-reset:30', 'rate_limited', false],
    ['429-body:30', 'rate_limited', false],
    ['429-days', 'quota', false],
    ['error-200', 'failed', false],
    ['empty', 'bad_answer', false],
    ['hang', 'failed', false],
    ['no-tools', 'lacks_capability', false],
    ['no-seed', 'lacks_capability', false],
    ['no-credit', 'no_money', false],
    ['bad-key', 'unauthorized', false],
    ['error-before', 'failed', true],
    ['finish-error', 'failed', true],
    ['cut-json', 'failed', true],
    ['cut-at:0', 'failed', true],
    ['empty', 'bad_answer', true],
    ['hang', 'failed', true],
    ['too-long-stream', 'too_long', true],
    ['500', 'failed', true],
  ];
  test.each(failing)('after %s, which is %s (streamed: %s)', async (model, kind, stream) => {
    // the same key is used for all models, so that the other one has a key of its own
    const one = await startRouted(
      [
        provider(upstream.base, [model]),
        provider(upstream.base, ['ok'], {
          id: 'other',
          key_env: 'OTHER_KEY',
          models: [
            {
              id: 'ok',
              context: 200_000,
              max_output: 8000,
              price: { in: 1, out: 2 },
              can: ['tools', 'json'],
              quality: 0.3,
            },
          ],
        }),
      ],
      { limits },
    );
    const answer = await one.ask({ stream });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-vx11-target']).toBe('other/ok');
    if (stream) {
      expect(textIn(answer.events)).toBe('Hello.');
      expect(answer.events.at(-1)).toBe('[DONE]');
    }
    const { tries, outcome } = await answer.decision();
    expect(tries.map(({ target, failure }) => [target, failure])).toEqual([
      [`script/${model}`, kind],
      ['other/ok', null],
    ]);
    expect(outcome).toMatchObject({ ok: true, target: 'other/ok', tokens_in: 9, tokens_out: 3 });
    await one.close();
  });

  test('a provider that cannot be reached is not asked for its other models', async () => {
    const dead = provider('http://127.0.0.1:1/v1', ['ok', '500', '529', '402', '404']);
    const other = provider(upstream.base, ['fine'], {
      id: 'other',
      key_env: 'OTHER_KEY',
      models: [{ ...dead.models![4]!, id: 'fine' }],
    });
    const one = await startRouted([dead, other], { limits });
    const answer = await one.ask();
    expect(answer.headers).toMatchObject({ 'x-vx11-target': 'other/fine', 'x-vx11-tries': '2' });
    await one.close();
  });

  test('38610: primary and fallback both fail before content: a real 5xx that is not to be repeated', async () => {
    const one = await routed(['500', '529']);
    const answer = await one.ask({ stream: true });
    expect(answer).toMatchObject({ status: 502, headers: { 'x-should-retry': 'false' } });
    expect(errorIn(answer)).toMatchObject({ code: 'upstream_error' });
    expect(errorIn(answer)!.decision_id).toMatch(/^decision-/);
    await one.close();
  });

  test('no key is in an error, a record or an event, although the provider repeats it', async () => {
    const one = await routed(['401']);
    const answer = await one.ask();
    const record = await answer.decision();
    const events = await one.store.events.after(0, 100);
    expect(record.tries[0]!.detail).toContain('***');
    expect(JSON.stringify([answer.body, record, events])).not.toContain(secret);
    expect(events.map(({ type }) => type)).toContain('routing.target_out');
    await one.close();
  });
});

describe('after content nothing is glued on', () => {
  const broken = ['cut-at:2', 'error-after', 'clean-end', 'stall-after', 'half-tool', 'oversized'];
  test.each(broken)(
    '32835: %s ends with one error inside the stream and no other end',
    async (model) => {
      const one = await routed([model, 'ok']);
      const before = upstream.count('ok');
      const answer = await one.ask({ stream: true });
      expect(errorIn(answer)).toMatchObject({ code: 'upstream_error' });
      expect(answer.events).not.toContain('[DONE]');
      expect(upstream.count('ok')).toBe(before);
      const { tries, outcome } = await answer.decision();
      expect(tries).toHaveLength(1);
      expect(outcome).toMatchObject({ ok: false, code: 'upstream_error', usage_from: 'estimate' });
      // what was seen is billed
      expect(outcome!.tokens_in).toBeGreaterThan(0);
      await one.close();
    },
  );
  test('19077: fallback off holds, also before content; a named target never becomes another', async () => {
    const one = await routed(['500', 'ok']);
    const off = await one.ask({}, { options: { fallback: 'off', seed: 7 } });
    expect(off.status).toBe(502);
    expect((await one.ask(named('500'))).status).toBe(502);
    await one.close();
  });
  test('a refusal by a content filter is given as it is', async () => {
    const one = await routed(['filtered', 'ok']);
    const answer = await one.ask({ stream: true });
    expect(answer.headers['x-vx11-target']).toBe('script/filtered');
    expect((await answer.decision()).tries[0]!.failure).toBe('refused');
    await one.close();
  });
});

describe('what is the caller’s own', () => {
  test.each([
    ['400', 400, 'must alternate'],
    ['422', 422, 'temperature must be below 2'],
  ])('%s goes back to the caller, and no other target is asked', async (model, status, words) => {
    const before = upstream.count('ok');
    const one = await routed([model, 'ok']);
    const answer = await one.ask();
    expect(answer.status).toBe(status);
    expect(errorIn(answer)).toMatchObject({ code: 'bad_request' });
    expect(errorIn(answer)!.message).toContain(words);
    expect(upstream.count('ok')).toBe(before);
    await one.close();
  });
  test.each([
    ['too-long', 'script/ok'], // it said that it takes less than the next one
    ['too-long-words', 'script/fine'],
  ])(
    '10793, 22624: %s is an overflow: a larger context answers, %s, else 400 context_length_exceeded',
    async (model, larger) => {
      const models = (contexts: number[]) =>
        [model, 'ok', 'fine'].slice(0, contexts.length).map((id, nth) => ({
          id,
          context: contexts[nth]!,
          max_output: 4000,
          price: { in: 1, out: 2 },
          can: [],
          quality: 0.9 - 0.4 * nth,
        }));
      const one = await routed([], { models: models([50_000, 50_000, 90_000]) });
      const answer = await one.ask();
      expect(answer.headers['x-vx11-target']).toBe(larger);
      await one.close();
      const alone = await routed([], { models: models([50_000]) });
      const refused = await alone.ask();
      expect(refused.status).toBe(400);
      expect(errorIn(refused)).toMatchObject({ code: 'context_length_exceeded' });
      // it is no failure of the target
      expect((await alone.ask(named(model))).status).toBe(400);
      await alone.close();
    },
  );
  test('a context that an overflow tells is known from then on, until it is reset', async () => {
    const one = await routed(['too-long']);
    const messages = [{ role: 'user', content: 'A long story about ducks. '.repeat(800) }];
    const before = upstream.count('too-long');
    for (const _ of [1, 2])
      expect((await one.ask({ messages })).body).toMatchObject({
        error: { code: 'context_length_exceeded' },
      });
    expect(upstream.count('too-long') - before).toBe(1);
    await one.router.flush();
    const again = await switchOver(one.store, [provider(upstream.base, ['too-long'])], { limits });
    const ask = () =>
      again.chat({ model: 'script/too-long', messages }, callBy(), new AbortController().signal);
    expect(await ask()).toMatchObject({ status: 400 });
    expect(upstream.count('too-long') - before).toBe(1);
    again.reset('script');
    await ask();
    expect(upstream.count('too-long') - before).toBe(2);
    await again.flush();
    await one.close();
  });
  test('a parameter that no target takes is a 400 with the words of the last one', async () => {
    const one = await routed(['no-seed']);
    const answer = await one.ask({ seed: 1 });
    expect(answer.status).toBe(400);
    expect(errorIn(answer)!.message).toContain("'seed' is not supported");
    await one.close();
  });
  test('6957: an answer without JSON where a schema was asked is asked for once more elsewhere', async () => {
    const one = await routed(['not-json', 'json']);
    const answer = await one.ask({ response_format: { type: 'json_object' } });
    expect(answer.headers['x-vx11-target']).toBe('script/json');
    await one.close();
    const alone = await routed(['not-json']);
    const given = await alone.ask({ response_format: { type: 'json_object' } });
    // then it is given, and marked
    expect(given).toMatchObject({ status: 200, headers: { 'x-vx11-fault': 'bad_answer' } });
    expect((await given.decision()).outcome).toMatchObject({ ok: false, code: 'bad_answer' });
    await alone.close();
  });
  test('17889: a target that counts far fewer prompt tokens than were sent has not read them all', async () => {
    const one = await routed(['wrong-usage']);
    const messages = [{ role: 'user', content: 'A long story about ducks. '.repeat(400) }];
    const answer = await one.ask({ messages });
    expect((await answer.decision()).tries[0]!.failure).toBe('truncated');
    expect(answer.headers['x-vx11-fault']).toBe('truncated');
    const { text } = await one.ask({ messages, stream: true });
    expect(text).toContain(': x-vx11-fault: truncated\n\ndata: [DONE]');
    await one.close();
  });
  test.each([
    ['8210: half a tool call is not a call', 'broken-tool', false, {}],
    ['8210: an empty answer is no success', 'empty', false, {}],
    ['8210: nor a stream that ends without content', 'empty', true, {}],
  ])('%s: %s (streamed: %s) is a 502', async (_, model, stream, body) => {
    const one = await routed([model]);
    const answer = await one.ask({ stream, ...body });
    expect(answer.status).toBe(502);
    expect(errorIn(answer)).toMatchObject({ code: 'upstream_error' });
    expect((await answer.decision()).tries[0]!.failure).toBe('bad_answer');
    await one.close();
  });
  test.each([
    ['broken-tool', {}],
    ['not-json', { response_format: { type: 'json_object' } }],
  ])(
    'a stream whose answer turns out to be no good (%s) says so, and has no other end',
    async (model, body) => {
      const one = await routed([model]);
      const answer = await one.ask({ stream: true, ...body });
      expect(errorIn(answer)).toMatchObject({ code: 'upstream_error' });
      expect(answer.events).not.toContain('[DONE]');
      expect((await answer.decision()).outcome).toMatchObject({ ok: false, code: 'bad_answer' });
      await one.close();
    },
  );
});
