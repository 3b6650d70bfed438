import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelPull } from '../../../contracts/models.ts';
import type { TestProgram } from '../../stack/program.ts';
import { makeLocalModel } from '../../stack/local-model.ts';
import { until } from '../../stack/wait.ts';
import { startLocalStack, type LocalStack } from './local-stack.ts';

const canHaveIt = await makeLocalModel().then(
  () => true,
  () => false,
);

describe.skipIf(!canHaveIt)('a real local model, while parts of VX11 are killed', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startLocalStack();
    const { status, detail } = await stack.pull('ana/smollm2');
    if (status !== 'ready') throw new Error(`it was not pulled: ${detail}`);
  });
  afterAll(() => stack?.destroy());

  /** A long answer of the local model, in whose middle `act` runs once. */
  const longAnswer = async (act: () => Promise<unknown>) => {
    const stream = await stack.client.chat.completions.create({
      model: 'llama-cpp/smol',
      messages: [{ role: 'user', content: 'Tell a long story about a river.' }],
      max_tokens: 200,
      temperature: 0,
      stream: true,
    });
    let [text, finish]: [string, string | null] = ['', null];
    const acting: Promise<unknown>[] = [];
    const read = async (): Promise<void> => {
      for await (const { choices } of stream) {
        text += choices[0]?.delta.content ?? '';
        finish = choices[0]?.finish_reason ?? finish;
        if (text.length > 20 && acting.length === 0) acting.push(act());
      }
    };
    const error = await read().then(
      () => null,
      (reason: Error) => reason,
    );
    await Promise.all(acting);
    return { text, finish, error };
  };
  const short = () =>
    until('it answers again', async () => {
      const answer = await stack.client.chat.completions.create({
        model: 'llama-cpp/smol',
        messages: [{ role: 'user', content: 'Say hello.' }],
        max_tokens: 8,
      });
      return answer.model === 'llama-cpp/smol';
    });

  test.each(['switch', 'the gateway'])(
    'an answer never looks complete when %s is killed in its middle, and the next one comes',
    async (name) => {
      const victim: TestProgram = name === 'switch' ? stack.router : stack.fixture.gateway;
      const { finish, error } = await longAnswer(() => victim.kill());
      expect(error).not.toBeNull();
      expect(finish).toBeNull();
      victim.start();
      await stack.fixture.ready();
      await stack.router.ready();
      await short();
    },
  );

  test('an answer goes on when madre and Temporal are killed in its middle', async () => {
    const { fixture } = stack;
    const { finish, error } = await longAnswer(() =>
      Promise.all([fixture.madre.kill(), fixture.temporal.kill()]),
    );
    expect(error).toBeNull();
    expect(['stop', 'length']).toContain(finish);
    fixture.temporal.start();
    await fixture.temporal.ready();
    fixture.madre.start();
    // on a busy machine it takes madre longer than most waits
    await until('all of it answers', () => fixture.ready().then(() => true), 300_000);
    await short();
  });

  test('the model sleeps at its deadline although switch and the gateway are dead', async () => {
    await stack.close('smol');
    await stack.open('smol', 5);
    await Promise.all([stack.router.kill(), stack.fixture.gateway.kill()]);
    await until('it sleeps', async () => !(await stack.fixture.running()).includes('smol'), 30_000);
    stack.fixture.gateway.start();
    stack.router.start();
    await stack.fixture.ready();
    await stack.router.ready();
    await short();
  });

  test('a pull goes on while the gateway is dead, and its end can be read afterwards', async () => {
    const { fixture, hub } = stack;
    hub.mode.speed = 100_000;
    const asked = await fixture.call('POST', '/hermes/models/pull', { model: 'ana/two' });
    const { job } = asked.body as { job: ModelPull };
    await until('bytes come', () => hub.counts.ranges.length > 1);
    await fixture.gateway.kill();
    const sent = hub.counts.bytes;
    await until('more bytes come', () => hub.counts.bytes > sent);
    fixture.gateway.start();
    await fixture.ready();
    const ended = await until('it has ended', async () => {
      const pull = (await fixture.call('GET', `/hermes/job/${job.job_id}`)).body as ModelPull;
      return pull.finished_at === null ? null : pull;
    });
    expect(ended, ended.detail ?? '').toMatchObject({ status: 'ready', bytes: 400_000 });
  });

  test('a pull that is cancelled ends at once, and nothing of it is registered or lies in its place', async () => {
    const { fixture, hub } = stack;
    hub.mode.speed = 50_000;
    const asked = await fixture.call('POST', '/hermes/models/pull', { model: 'ana/one' });
    const { job } = asked.body as { job: ModelPull };
    const look = async () =>
      (await fixture.call('GET', `/hermes/job/${job.job_id}`)).body as ModelPull;
    await until('it downloads', async () => ((await look()).bytes ?? 0) > 0);
    expect((await fixture.call('DELETE', `/hermes/job/${job.job_id}`)).status).toBe(202);
    const ended = await until('it has ended', async () => {
      const pull = await look();
      return pull.finished_at === null ? null : pull;
    });
    expect(ended).toMatchObject({ status: 'failed', cause: 'cancelled', model_id: null });
    const { models } = (await fixture.call('GET', '/hermes/models')).body as {
      models: { name: string }[];
    };
    expect(models.filter(({ name }) => name.startsWith('ana/one'))).toEqual([]);
    // the same pull goes on from what came
    hub.mode = {};
    const [before, ranges] = [hub.counts.bytes, hub.counts.ranges.length];
    expect((await stack.pull('ana/one')).status).toBe('ready');
    expect(hub.counts.ranges.slice(ranges).some((range) => range !== null)).toBe(true);
    expect(hub.counts.bytes - before).toBeLessThan(300_000);
  });
});
