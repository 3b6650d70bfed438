import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { ModelListAnswer, ModelView } from '../../../contracts/models.ts';
import type { ProvidersView, routingDecisionAnswer } from '../../../contracts/switch.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { makeLocalModel } from '../../stack/local-model.ts';
import { until } from '../../stack/wait.ts';
import { startLocalStack, type LocalStack } from './local-stack.ts';

type DecisionAnswer = z.infer<typeof routingDecisionAnswer>;
const canHaveIt = await makeLocalModel().then(
  () => true,
  () => false,
);

describe.skipIf(!canHaveIt)('a real model behind a service that sleeps', () => {
  let stack: LocalStack;
  beforeAll(async () => void (stack = await startLocalStack()));
  afterAll(() => stack?.destroy());

  const user = (content: string) => [{ role: 'user' as const, content }];
  const isUp = async (): Promise<boolean> => (await stack.fixture.running()).includes('smol');
  const asleepAgain = () => until('the model is asleep', async () => !(await isUp()));
  const models = async (): Promise<ModelView[]> =>
    ((await stack.fixture.call('GET', '/hermes/models')).body as ModelListAnswer).models;
  const decision = (id: string): Promise<DecisionAnswer> =>
    until('the decision is stored', async () => {
      const { status, body } = await stack.fixture.call('GET', `/switch/decisions/${id}`);
      return status === 200 ? (body as DecisionAnswer) : null;
    });
  /** Reads a stream to its end. @returns its text, and how it ended */
  const stream = async (
    model: string,
    content: string,
    max_tokens: number,
    onText: (text: string) => unknown = () => undefined,
  ) => {
    const { data, response } = await stack.client.chat.completions
      .create({
        model,
        messages: user(content),
        max_tokens,
        temperature: 0,
        stream: true,
        stream_options: { include_usage: true },
      })
      .withResponse();
    const id = response.headers.get('x-vx11-decision')!;
    let text = '';
    let finish: string | null = null;
    let tokens = 0;
    try {
      for await (const chunk of data) {
        text += chunk.choices[0]?.delta.content ?? '';
        finish = chunk.choices[0]?.finish_reason ?? finish;
        tokens = chunk.usage?.completion_tokens ?? tokens;
        await onText(text);
      }
    } catch (error) {
      return { id, text, finish, tokens, error: error as Error };
    }
    return { id, text, finish, tokens, error: null };
  };

  test('is pulled, woken for a request, and streams its answer', async () => {
    const pulled = await stack.pull('ana/smollm2');
    expect(pulled, pulled.detail ?? '').toMatchObject({ status: 'ready', bytes: 98_362_432 });
    expect(await isUp()).toBe(false);
    const { text, finish, tokens, error } = await stream('llama-cpp/smol', 'Say hello.', 24);
    expect(error).toBeNull();
    expect(text.trim()).not.toBe('');
    expect(['stop', 'length']).toContain(finish);
    expect(tokens).toBeGreaterThan(0);
    expect(await isUp()).toBe(true);
    const { body } = await stack.fixture.call('GET', '/vx11/windows');
    const window = (body as { windows: WindowView[] }).windows.find(
      ({ target, state }) => target === 'smol' && state === 'open',
    );
    expect(window!.reason).toMatch(/^model llama-cpp\/smol for /);
  });

  test('fills in a schema', async () => {
    const { choices } = await stack.client.chat.completions.create({
      model: 'llama-cpp/smol',
      messages: user('Paris is the capital of France. Name the city and its country.'),
      max_tokens: 80,
      temperature: 0,
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'place',
          strict: true,
          schema: {
            type: 'object',
            properties: {
              city: { type: 'string', enum: ['Paris', 'Rome'] },
              country: { type: 'string', enum: ['France', 'Italy'] },
            },
            required: ['city', 'country'],
            additionalProperties: false,
          },
        },
      },
    });
    const answer = JSON.parse(choices[0]!.message.content!) as Record<string, string>;
    expect(Object.keys(answer).toSorted()).toEqual(['city', 'country']);
  });

  test('is in use while it is awake, so that another model leaves for a new one', async () => {
    // two answers, of which time takes a little
    const used = await until('its use is noted', async () =>
      (await models()).find(({ use_score, busy_until }) => use_score > 1.9 && busy_until !== null),
    );
    expect(used.name).toBe('ana/smollm2:smollm2.gguf');
    const removal = await stack.fixture.call('DELETE', `/hermes/models/${used.model_id}`);
    expect([removal.status, (removal.body as { error: string }).error]).toEqual([
      409,
      'model_in_use',
    ]);
    expect((await stack.pull('ana/one')).status).toBe('ready');
    expect((await stack.pull('ana/two')).status).toBe('ready');
    const left = await until('one has left', async () => {
      const now = await models();
      return now.length === 2 ? now : null;
    });
    expect(left.map(({ name }) => name).toSorted()).toEqual([
      'ana/smollm2:smollm2.gguf',
      'ana/two:two.gguf',
    ]);
  });

  test('whose window ends in mid-answer ends with an error, sleeps, and is not to blame', async () => {
    const closing: Promise<void>[] = [];
    const { id, finish, error } = await stream(
      'llama-cpp/smol',
      'Tell a very long story about a river.',
      1200,
      (text) => {
        if (text.length > 20 && closing.length === 0) closing.push(stack.close('smol'));
      },
    );
    expect(error?.message).toContain('The window of the model ended');
    expect(finish).toBeNull();
    await Promise.all(closing);
    await asleepAgain();
    expect((await decision(id)).decision.tries.map(({ failure }) => failure)).toEqual([
      'window_ended',
    ]);
    const { providers } = (await stack.fixture.call('GET', '/switch/providers'))
      .body as ProvidersView;
    const own = providers.find(({ id: name }) => name === 'llama-cpp')!;
    expect(own.models.map(({ block }) => block)).toEqual([null]);
    const free = await until('it is not in use', async () =>
      (await models()).find(({ name, busy_until }) => name.includes('smollm2') && !busy_until),
    );
    expect(free.use_score).toBeCloseTo(2, 2);
  });

  test('answers for a hosted provider that was killed, says why, and is asleep again afterwards', async () => {
    const ask = async () => {
      const { data, response } = await stack.client.chat.completions
        .create({ model: 'auto', messages: user('Say hello.'), max_tokens: 16, temperature: 0 })
        .withResponse()
        .catch(async ({ error, message }: { error?: { decision_id: string }; message: string }) =>
          expect.fail(`${message}: ${JSON.stringify(await decision(error!.decision_id))}`),
        );
      return { model: data.model, id: response.headers.get('x-vx11-decision')! };
    };
    expect((await ask()).model).toMatch(/^hosted\//);
    await stack.hosted.close();
    const { model, id } = await ask();
    expect(model).toBe('llama-cpp/smol');
    const {
      decision: { tries },
      explanation: { why },
    } = await decision(id);
    expect(tries[0]).toMatchObject({ failure: 'failed' });
    expect(tries.at(-1)).toMatchObject({ target: 'llama-cpp/smol', failure: null });
    expect(why).not.toBe('');
    expect(await isUp()).toBe(true);
    await stack.close('smol');
    await asleepAgain();
  });
});
