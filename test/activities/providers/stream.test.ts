import { afterEach, describe, expect, test } from 'vitest';
import { fails, hangs, says, streams, type Reply } from './fake-provider.ts';
import { llmEnvironment, closeLlmEnvironment, good, key } from './llm-environment.ts';

afterEach(closeLlmEnvironment);

/** A listener that records everything, and reports it as passed on. */
const listener = () => {
  const partials: unknown[] = [];
  return { partials, onPartial: (soFar: unknown) => partials.push(soFar) > 0 };
};

describe('an answer that is streamed', () => {
  test.each([
    ['openai_compatible', 'small'],
    ['anthropic', 'claude-haiku-4-5'],
    ['anthropic', 'small'],
  ] as const)(
    'arrives piece by piece over %s of %s, before its end is sent',
    async (kind, model) => {
      const more = Promise.withResolvers<void>();
      const pieces = ['{"action":"op', 'en","ttl":2', more.promise, '0}'];
      const { ask, rows } = await llmEnvironment([streams(pieces)], { kind, model });
      const seen: unknown[] = [];
      const answer = await ask({
        onPartial(soFar) {
          seen.push(soFar);
          if (seen.length === 2) more.resolve(); // the rest is sent only after this arrived
          return true;
        },
      });
      expect(answer).toMatchObject({
        ok: true,
        value: { action: 'open', ttl: 20 },
        cost_usd: 0.0003,
      });
      expect(seen).toEqual([
        { action: 'op' },
        { action: 'open', ttl: 2 },
        { action: 'open', ttl: 20 },
      ]);
      expect(rows).toMatchObject([{ outcome: 'ok', attempts: 1, tokens_in: 100, tokens_out: 20 }]);
    },
  );

  test('is requested with its token count, and otherwise like any other', async () => {
    const { ask, server } = await llmEnvironment([says(good)]);
    await ask({ onPartial: () => false });
    await ask();
    const [streamed, whole] = server.received.map(({ body }) => body);
    const { stream, stream_options, ...rest } = streamed!;
    expect([stream, stream_options]).toEqual([true, { include_usage: true }]);
    expect(rest).toEqual(whole);
  });

  test('may come between fences, and after its reasoning', async () => {
    const { partials, onPartial } = listener();
    const pieces = ['```json\n{"action"', ':"wait",', '"ttl":1}', '\n```'];
    const { ask } = await llmEnvironment([streams(pieces, { reasoning: 'because' })]);
    expect(await ask({ onPartial })).toMatchObject({ ok: true, reasoning: 'because' });
    expect(partials).toContainEqual({ action: 'wait' });
    expect(partials.at(-1)).toEqual({ action: 'wait', ttl: 1 });
  });

  test('of text arrives as text', async () => {
    const { partials, onPartial } = listener();
    const { llm } = await llmEnvironment([streams(['Hel', 'lo.'])]);
    const words = { purpose: 'chat', system: 's', user: 'u', schema: null } as const;
    const answer = await llm.ask({ ...words, timeout_ms: 2000, correlation_id: 'c', onPartial });
    expect(answer).toMatchObject({ ok: true, value: 'Hello.' });
    expect(partials).toEqual(['Hel', 'Hello.']);
  });

  test('of many tokens may have more bytes than a whole one', async () => {
    const long = `{"action":"wait","ttl":1${' '.repeat(6000)}}`;
    const { ask } = await llmEnvironment([streams(long.split(''))]);
    const { partials, onPartial } = listener();
    expect(await ask({ onPartial, timeout_ms: 20_000 })).toMatchObject({ ok: true });
    expect(partials.length).toBe(long.length);
  });
});

const begun = '{"action":"open",';

describe('a stream that goes wrong', () => {
  test.each<[string, Reply, string]>([
    ['is cut', streams([begun], { end: 'cut' }), 'provider_error'],
    ['ends too early', streams([begun]), 'bad_answer'],
    ['turns into garbage', streams([begun], { end: 'garbage' }), 'bad_answer'],
    ['ends with an error of the provider', streams([begun], { end: 'error' }), 'provider_error'],
    ['does not fit the schema', streams([begun, '"ttl":"soon"}']), 'bad_answer'],
    ['has an extra member', streams([begun, '"ttl":1,"risk":"LOW"}']), 'bad_answer'],
  ])('and %s is retried only if nothing was passed on', async (_, reply, error) => {
    const { ask, server, rows, log } = await llmEnvironment([reply, says(good)]);
    const kept = await ask({ onPartial: () => false });
    expect(kept).toMatchObject({ ok: true, value: { ttl: 20 } });
    server.replies.splice(0, Infinity, reply, says(good));
    const passed = await ask({ onPartial: () => true });
    expect(passed).toMatchObject({ ok: false, error });
    expect(rows).toMatchObject([
      { outcome: 'ok', attempts: 2 },
      { outcome: error, attempts: 1 },
    ]);
    expect(JSON.stringify([kept, passed, rows, log])).not.toContain(key);
  });

  test('before its first piece is retried, even with a listener', async () => {
    const { ask, rows, log } = await llmEnvironment([fails(500), says(good)]);
    expect(await ask({ onPartial: () => true })).toMatchObject({ ok: true });
    expect(rows).toMatchObject([{ attempts: 2 }]);
    expect(JSON.stringify([rows, log])).not.toContain(key);
  });

  test.each([
    ['with a refused key', fails(401), 'unauthorized'],
    [
      'that is too long',
      streams([begun, `"x":"${'x'.repeat(70_000)}`], { end: 'never' }),
      'bad_answer',
    ],
    ['that sends nothing', hangs, 'timeout'],
  ])('%s is not retried', async (_, reply, error) => {
    const { ask, server, rows } = await llmEnvironment([reply]);
    const answer = await ask({ onPartial: () => false, timeout_ms: 1000 });
    expect(answer).toMatchObject({ ok: false, error });
    expect(server.received).toHaveLength(1);
    expect(rows).toMatchObject([{ outcome: error, attempts: 1 }]);
  });

  test('and continues past the deadline is abandoned, and its listener is not called again', async () => {
    const late = Promise.withResolvers<void>();
    const { ask, rows } = await llmEnvironment([streams([begun, late.promise, '"ttl":20}'])]);
    const { partials, onPartial } = listener();
    expect(await ask({ onPartial, timeout_ms: 300 })).toMatchObject({ error: 'timeout' });
    const before = partials.length;
    late.resolve();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([before, partials.length]).toEqual([1, 1]);
    expect(rows).toMatchObject([{ outcome: 'timeout' }]);
  });
});

describe('the cost of a stream', () => {
  test('is what the provider reports, or else an estimate of what was received', async () => {
    const { ask, rows } = await llmEnvironment([
      streams([good], { tokens: [7, 3] }),
      streams([good], { tokens: null }),
      streams([`{"action":"${'x'.repeat(400)}`], { end: 'cut' }),
      streams([`{"action":"${'x'.repeat(400)}`], { end: 'never' }),
    ]);
    for (let n = 0; n < 3; n += 1) await ask({ onPartial: () => true });
    await ask({ onPartial: () => true, timeout_ms: 1000 });
    const tokens = rows.map(({ outcome, tokens_in, tokens_out }) => [
      outcome,
      tokens_in,
      tokens_out,
    ]);
    expect(tokens).toEqual([
      ['ok', 7, 3],
      ['ok', 6, 7],
      ['provider_error', 6, 103],
      ['timeout', 6, 103],
    ]);
  });

  test('is the prompt of each attempt that breaks off before its first piece', async () => {
    const { ask, rows } = await llmEnvironment([streams([], { end: 'cut' })]);
    await ask({ onPartial: () => true });
    expect(rows).toMatchObject([{ outcome: 'provider_error', tokens_in: 18, tokens_out: 0 }]);
  });

  test('counts towards the budget of the day even if the stream broke off', async () => {
    const budget = { usd_per_day: 100, tokens_per_day: 200 };
    const { ask } = await llmEnvironment([streams(['x'.repeat(800)], { end: 'cut' })], { budget });
    expect(await ask({ onPartial: () => true })).toMatchObject({ error: 'provider_error' });
    expect(await ask({ onPartial: () => true })).toMatchObject({ error: 'over_budget' });
  });
});

test('the breaker counts a model that sends nothing, but not one that is still streaming at the deadline', async () => {
  const talks = streams([begun], { end: 'never' });
  const { ask, server } = await llmEnvironment([says(good), talks]);
  await ask(); // loads the provider's package
  for (let n = 0; n < 4; n += 1) await ask({ onPartial: () => true, timeout_ms: 300 });
  expect(server.received).toHaveLength(5);
  for (let n = 0; n < 4; n += 1) await ask({ onPartial: () => false, timeout_ms: 300 });
  expect(server.received).toHaveLength(8);
});
