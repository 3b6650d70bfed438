import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { endAndExpectRest } from '../stack/promises.ts';
import { startSecondHost } from '../stack/second-host.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

describe('talking about two hosts', () => {
  let one: TestStack;
  let two: TestStack;
  beforeAll(async () => {
    const temporalAddress = inject('temporalAddress');
    one = await startStack({ temporalAddress, services: { web: {}, both: {} } });
    two = await startSecondHost(one, { db: {}, both: {} });
  });
  afterAll(async () => {
    await two?.destroy();
    await one?.destroy();
  });

  const chat = async (message: string) => {
    const { status, body } = await one.call('POST', '/madre/chat', { message });
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };
  /** Says it, and waits until its plan has ended well: a first start takes longer than an answer. */
  const done = async (message: string) => {
    const { plan_id, response } = await chat(message);
    return until(`${message}: ${response}`, async () => {
      const { body } = await one.call('GET', `/madre/plans/${plan_id}`);
      return body.status === 'DONE' && body;
    });
  };
  const runs = async () => [await one.running(), await two.running()];

  test('a name that both hosts have is refused, naming both, and nothing starts', async () => {
    const vague = await chat('open both for 2 minutes');
    expect(vague).toMatchObject({ status: 'ERROR', actions: [] });
    for (const host of [one.project, two.project]) expect(vague.response).toContain(host);
    const nowhere = await chat('open both on mars');
    expect(nowhere.response).toContain(`mars is not a known host; known hosts:`);
    expect(await runs()).toEqual([[], []]);
  });

  test('a service opens, is inspected and closes on the named host, in either language', async () => {
    const plan = await done(`abre both en ${two.project} durante 5 minutos`);
    expect(plan.steps[0].params).toMatchObject({ host: two.project, services: ['both'] });
    expect(await runs()).toEqual([[], ['both']]);
    await done(`open both on ${one.project} for 5 minutes`);
    expect(await runs()).toEqual([['both'], ['both']]);
    const look = await done(`status of both on ${two.project}`);
    expect(look.steps[0].result.services).toMatchObject([{ host: two.project, health: 'ok' }]);
    const said = await chat(`estado de both en ${two.project}`);
    expect(said.response).toContain('both está en marcha hasta ');
    const vague = await chat('close both');
    expect(vague).toMatchObject({ status: 'ERROR', actions: [] });
    await done(`cierra both en ${two.project}`);
    expect(await runs()).toEqual([['both'], []]);
    await done('close both'); // only one is left that can be meant
    expect(await runs()).toEqual([[], []]);
    await endAndExpectRest(one);
  });

  test('an action on a target takes a host too', async () => {
    const start = (params: object) =>
      one.call('POST', '/madre/control', { target: 'both', action: 'start', params });
    expect((await start({})).body).toMatchObject({ status: 'denied' });
    const { body } = await start({ host: two.project, ttl_seconds: 60 });
    expect(body).toMatchObject({ status: 'accepted' });
    await until('it runs there', async () => (await two.running()).includes('both'));
    expect(await one.running()).toEqual([]);
  });
});
