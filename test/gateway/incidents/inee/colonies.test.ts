import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { includes } from '../../../../gateway/http/route-policy.ts';
import { ineeRights } from '../../http/rights.ts';
import { startGateway } from '../../fixture.ts';
import { countRows, send, sign, startInee, type IneeGateway } from './fixture.ts';

const minute = 60_000;
let now = Date.now();
let gateway: IneeGateway;
beforeAll(async () => {
  gateway = await startInee({}, { deps: { clock: () => now } });
});
afterAll(() => gateway.close());

const pathsOf = async (at: { inject: IneeGateway['inject'] }): Promise<string[]> => {
  const { paths } = (await at.inject({ url: '/openapi.json' })).json<{
    paths: Record<string, Record<string, unknown>>;
  }>();
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
};

describe('without VX11_INEE_ENABLED', () => {
  test('every route is 404 and not in the OpenAPI document, and not one row is written', async () => {
    const off = await startGateway();
    try {
      const paths = await pathsOf(off);
      expect(paths.filter((path) => path.includes('inee'))).toEqual([]);
      const token = await off.token('admin');
      for (const route of Object.keys(ineeRights)) {
        const [method, url] = route.split(' ') as ['GET' | 'POST', string];
        const signed = sign();
        const headers = { ...signed.headers, 'x-vx11-token': token };
        const payload = method === 'POST' ? signed.payload : undefined;
        for (const prefix of ['', '/vx11']) {
          const answer = await off.inject({
            method,
            url: prefix + url,
            headers,
            ...(payload && { payload }),
          });
          expect([route, answer.statusCode]).toEqual([route, 404]);
          expect(answer.json()).toMatchObject({ error: 'not_found' });
        }
      }
      expect(await countRows(off)).toBe(0);
    } finally {
      await off.close();
    }
  });
});

describe('with it', () => {
  test('the OpenAPI document has exactly these routes more', async () => {
    const off = await startGateway();
    try {
      const before = new Set(await pathsOf(off));
      const added = (await pathsOf(gateway)).filter((path) => !before.has(path));
      expect(added.toSorted()).toEqual(Object.keys(ineeRights).toSorted());
    } finally {
      await off.close();
    }
  });

  test.each(Object.entries(ineeRights))('%s takes %s', async (route, needed) => {
    const [method, url] = route.split(' ') as ['GET' | 'POST', string];
    const payload = method === 'POST' ? { nobody_knows_this: 1 } : undefined;
    for (const scope of ['viewer', 'agent', 'operator', 'admin'] as const) {
      const answer = await gateway.ask(method, url, payload, await gateway.token(scope));
      if (!includes(scope, needed)) {
        expect([scope, answer.statusCode]).toEqual([scope, 403]);
        expect(answer.json()).toMatchObject({ error: 'scope' });
      } else if (route === 'POST /hormiguero/inee/envelopes') {
        expect(answer.json()).toMatchObject({ error: 'envelope_refused' }); // a token is no signature
      } else expect([200, 422], scope).toContain(answer.statusCode);
    }
    expect((await gateway.ask(method, url, payload, 'vx11_wrong')).statusCode).toBe(403);
  });
});

describe('a colony', () => {
  test('is registered, lives by heartbeats, is lost without, and each change is in the audit', async () => {
    const register = { colony_id: 'garden', remote_url: 'https://garden.example' };
    const made = await gateway.ask('POST', '/hormiguero/inee/colonies/register', register);
    expect(made.json()).toMatchObject({ ...register, stage: 'egg', last_heartbeat: null });
    const beat = async () => {
      const url = '/hormiguero/inee/heartbeat?colony_id=garden';
      return (await gateway.ask('POST', url)).json<{ stage: string }>().stage;
    };
    expect(await beat()).toBe('larva');
    now += minute;
    expect(await beat()).toBe('larva');
    now += minute;
    expect(await beat()).toBe('adult');
    now += 5 * minute + 1;
    const listed = await gateway.ask('GET', '/hormiguero/inee/colonies');
    expect(listed.json()).toMatchObject({
      colonies: [{ colony_id: 'garden', stage: 'lost', rewards: { heartbeats: 3, intents: 0 } }],
    });
    expect(await beat()).toBe('larva');
    const audit = await gateway.ask('GET', '/hormiguero/inee/audit?limit=4');
    expect(audit.json<{ events: unknown[] }>().events).toMatchObject([
      { what: 'stage_changed', detail: { from: 'lost', to: 'larva' } },
      { what: 'stage_changed', detail: { from: 'larva', to: 'adult' } },
      { what: 'stage_changed', detail: { from: 'egg', to: 'larva' } },
      { what: 'colony_registered', actor: 'admin', detail: { remote_url: register.remote_url } },
    ]);
  });

  test('has agents; those of an unknown colony are refused', async () => {
    const url = '/hormiguero/inee/agents/register';
    const agent = { agent_id: 'scout-1', colony_id: 'garden', agent_type: 'scanner' };
    expect((await gateway.ask('POST', url, agent)).json()).toMatchObject(agent);
    const stray = await gateway.ask('POST', url, { ...agent, colony_id: 'nobody' });
    expect(stray.statusCode).toBe(400);
    const { colonies } = (await gateway.ask('GET', '/hormiguero/inee/colonies')).json<{
      colonies: unknown[];
    }>();
    expect(colonies).toMatchObject([{ agent_count: 1 }]);
  });

  test('answers below its older addresses, too', async () => {
    const older = '/operator/inee/colony/register';
    const made = await gateway.ask('POST', older, { colony_id: 'older' });
    expect(made.json()).toMatchObject({ colony_id: 'older', stage: 'egg' });
    for (const prefix of ['/operator/inee', '/hormiguero/inee/extended', '/vx11/hormiguero/inee']) {
      const status = await gateway.ask('GET', `${prefix}/status`);
      expect(status.json(), prefix).toMatchObject({ enabled: true, colonies_count: 2 });
    }
    const sent = sign({ at: now });
    const url = '/operator/inee/colony/envelope';
    expect((await gateway.inject({ method: 'POST', url, ...sent })).statusCode).toBe(200);
  });
});

describe('an intent of a colony', () => {
  const submit = (intent_type: string, change = {}) =>
    gateway.ask('POST', '/hormiguero/inee/intents/submit', {
      intent_type,
      payload: { summary: 'rm -rf /', n: 1 },
      remote_colony_id: 'garden',
      ...change,
    });

  test('goes to the rails as a finding of a scanner, where its lane takes it', async () => {
    const lane = {
      domain: 'inee',
      intent_type: 'propose',
      owner_module: 'madre',
      escalation: 'propose',
    };
    await gateway.ask('PUT', '/madre/rails/lanes/colonies', lane);
    const { statusCode, body } = await submit('propose', { correlation_id: 'leaf-7' });
    expect(statusCode).toBe(200);
    const answer = JSON.parse(body) as { intent_id: string };
    expect(answer).toMatchObject({
      status: 'accepted',
      state: 'waiting',
      recorded_as: 'propose',
      operation: 'notify_incident',
      correlation_id: 'garden:leaf-7',
      routing_decision: { lane_id: 'colonies' },
    });
    expect(await gateway.store.rails.find(answer.intent_id)).toMatchObject({
      source: 'inee',
      domain: 'inee',
      intent_type: 'propose',
      urgency: 'medium',
      status: 'waiting',
    });
    const again = await submit('propose', { correlation_id: 'leaf-7' });
    expect(again.json()).toMatchObject({ intent_id: answer.intent_id });
    const { colonies } = (await gateway.ask('GET', '/hormiguero/inee/colonies')).json<{
      colonies: { colony_id: string }[];
    }>();
    const garden = colonies.find(({ colony_id }) => colony_id === 'garden');
    expect(garden).toMatchObject({ rewards: { intents: 1 } });
    const audited = (await gateway.store.inee.events(100)).filter(
      ({ detail }) => detail['intent_id'] === answer.intent_id,
    );
    expect(audited).toHaveLength(1);
    const status = (await gateway.ask('GET', '/hormiguero/inee/status')).json();
    expect(status).toMatchObject({ pending_intents: 1, rewards_available: true });
  });

  test('without a lane is missed, and two colonies never share an intent', async () => {
    const mine = await submit('diagnose', { correlation_id: 'same' });
    expect(mine.json()).toMatchObject({
      status: 'lane_missing',
      state: 'missed',
      operation: 'scan',
    });
    const others = await submit('diagnose', { correlation_id: 'same', remote_colony_id: 'older' });
    expect(others.json()).toMatchObject({ correlation_id: 'older:same' });
  });

  test('to apply is recorded as a proposal, unless execution is enabled', async () => {
    const proposed = await submit('apply');
    expect(proposed.json()).toMatchObject({ asked: 'apply', recorded_as: 'propose' });
    const on = await startInee({ execution: true });
    try {
      await on.ask('POST', '/hormiguero/inee/colonies/register', { colony_id: 'garden' });
      const intent = { intent_type: 'apply', payload: {}, remote_colony_id: 'garden' };
      const applied = await on.ask('POST', '/hormiguero/inee/intents/submit', intent);
      expect(applied.json()).toMatchObject({ recorded_as: 'apply', operation: 'propose_action' });
    } finally {
      await on.close();
    }
  });

  test.each([
    ['an unknown colony', { remote_colony_id: 'nobody' }, 404, 'colony_not_found'],
    ['an unknown type', { intent_type: 'run' }, 422, 'invalid'],
    ['a field too many', { steps: [] }, 422, 'invalid'],
    ['a correlation id that is too long', { correlation_id: 'x'.repeat(64) }, 422, 'invalid'],
  ])('with %s is refused', async (_, change, status, error) => {
    const answer = await submit('propose', change);
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([status, error]);
  });

  test('arrives in an envelope, too, in the name of the colony that signed it', async () => {
    const intent = { intent_type: 'diagnose', payload: { text: 'ñ' } };
    const body = JSON.stringify({ kind: 'intent', intent });
    const answer = await send(gateway, sign({ at: now, body }));
    expect(answer.json()).toMatchObject({
      colony: { colony_id: 'garden' },
      intent: { colony_id: 'garden', asked: 'diagnose' },
    });
    const [last] = await gateway.store.inee.events(1);
    expect(last).toMatchObject({ what: 'intent_submitted', actor: 'inee:garden' });
  });
});
