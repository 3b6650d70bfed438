import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Incident, IncidentStatus } from '../../../contracts/incidents.ts';
import type { MadreProposeCall } from '../../../contracts/proposal.ts';
import { newState } from '../../../domain/incidents/due.ts';
import { ants } from '../../../domain/incidents/ants/table.ts';
import { incidentExample } from '../../../gateway/incidents/incident-examples.ts';
import { planExample } from '../../../gateway/plans/examples.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import type { RunAnts } from '../../../workflows/incidents/start.ts';
import { aService } from '../../domain/samples.ts';
import { beat, catalog, startGateway, view, type Gateway } from '../fixture.ts';

const asked: RunAnts[] = [];
const temporal = {
  ...connectTemporal('127.0.0.1:1', 'default'),
  async runAnts(input: RunAnts) {
    asked.push(input);
    return [{ ant: 'disk', outcome: 'looked' as const, bad: 0, detail: null }];
  },
  breaker: 'closed' as const,
};
const proposals: MadreProposeCall[] = [];
const madre = {
  health: async () => undefined,
  metrics: async () => '',
  chat: () => Promise.reject(new Error('not here')),
  control: () => Promise.reject(new Error('not here')),
  revert: () => Promise.reject(new Error('not here')),
  makePatch: () => Promise.reject(new Error('not here')),
  applyPatch: () => Promise.reject(new Error('not here')),
  propose: async (call: MadreProposeCall) => {
    proposals.push(call);
    return { plan: planExample };
  },
  breaker: 'closed' as const,
};

async function seeded(hormigueroActions: boolean): Promise<Gateway> {
  const one = await startGateway({ deps: { temporal, madre }, config: { hormigueroActions } });
  const services = [
    aService('web'),
    aService('api'),
    aService('db'),
    aService('redis', { tier: 'core' }),
  ];
  await one.store.services.saveCatalog(catalog(services), []);
  await beat(one.store);
  const window = view({ services: ['web', 'api'], members: ['web', 'api'] });
  await one.store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', is_open: true };
  const leases = ['web', 'api'].map((service) => ({
    ...lease,
    service,
    deadline: Date.now() + 600_000,
  }));
  await one.store.leases.reserve(window.window_id, leases, Date.now());
  return one;
}

let gateway: Gateway;
let enabled: Gateway;
beforeAll(async () => {
  gateway = await seeded(false);
  enabled = await seeded(true);
});
afterAll(async () => {
  await gateway.close();
  await enabled.close();
});

const call = async (
  method: 'GET' | 'POST',
  path: string,
  payload?: object,
  { on = gateway } = {},
) =>
  on.inject({
    method,
    url: path,
    headers: { 'x-vx11-token': await on.token('operator') },
    ...(payload !== undefined && { payload }),
  });
let made = 0;
async function anIncident(status: IncidentStatus = 'open', on = gateway): Promise<Incident> {
  made += 1;
  const incident_id = `incident-${String(made).padStart(8, '0')}`;
  const incident = { ...incidentExample, incident_id, fingerprint: incident_id, status };
  const none = { memories: new Map(), states: [], events: [] };
  await on.store.incidents.round('box', () => ({ ...none, incidents: [incident] }));
  return incident;
}
const eventsOf = async (type: string, on = gateway) => {
  const { events } = await on.store.events.page({ types: [type as never], limit: 10 });
  return events;
};

describe('incidents', () => {
  test.each(['/hormiguero', '/vx11/hormiguero'])('are listed and shown by %s', async (base) => {
    const incident = await anIncident();
    const found = await call('GET', `${base}/incidents/${incident.incident_id}`);
    expect(found.json()).toEqual(incident);
    const listed = (await call('GET', `${base}/incidents?status=open&service=web`)).json();
    expect(listed.incidents).toContainEqual(incident);
    expect((await call('GET', `${base}/incidents?service=db`)).json().incidents).toEqual([]);
  });

  test('are muted for a day at most, with a note', async () => {
    const { incident_id } = await anIncident();
    const path = `/hormiguero/incidents/${incident_id}/ack`;
    expect((await call('POST', path, { hours: 25 })).statusCode).toBe(422);
    const answer = await call('POST', path, { hours: 2, note: 'known' });
    const acked = answer.json<Incident>();
    expect(acked).toMatchObject({ status: 'acknowledged', acked_by: 'a operator' });
    expect(acked.notes).toMatchObject([{ by: 'a operator', text: 'known' }]);
    const hours = (Date.parse(acked.ack_until!) - Date.parse(acked.notes[0]!.at)) / 3_600_000;
    expect(hours).toBeCloseTo(2);
    const [event] = await eventsOf('incident.acknowledged');
    expect(event).toMatchObject({ actor: 'a operator', payload: { incident_id } });
  });

  test('are resolved by a person once', async () => {
    const { incident_id } = await anIncident();
    const path = `/hormiguero/incidents/${incident_id}/resolve`;
    expect((await call('POST', path)).json()).toMatchObject({
      status: 'resolved',
      resolved_by: 'person',
    });
    const again = await call('POST', path);
    expect([again.statusCode, again.json().error]).toEqual([409, 'incident_ended']);
  });

  test.each(['ack', 'resolve'])('that are not known cannot be changed: %s', async (act) => {
    const answer = await call('POST', `/hormiguero/incidents/incident-ffffffff/${act}`, {});
    expect([answer.statusCode, answer.json().error]).toEqual([404, 'incident_not_found']);
  });
  test('that are not known are not found', async () => {
    const answer = await call('GET', '/hormiguero/incidents/incident-ffffffff');
    expect(answer.json()).toMatchObject({ error: 'incident_not_found' });
  });
});

describe('the ants', () => {
  test('are shown with their weights', async () => {
    const [ant] = ants;
    const state = { ...newState(ant!, 0), last_look_at: 1000, every_ms: 60_000 };
    const none = { memories: new Map(), incidents: [], events: [] };
    await enabled.store.incidents.round('box', () => ({ ...none, states: [state] }));
    const shown = (await call('GET', '/hormiguero/pheromones', undefined, { on: enabled })).json();
    expect(shown).toMatchObject({
      budget: 0.02,
      pheromones: [{ ant: ant!.name, host: 'box', every_seconds: 60 }],
    });
    const status = (await call('GET', '/hormiguero/status', undefined, { on: enabled })).json();
    expect(status).toMatchObject({
      actions_enabled: true,
      last_scan: '1970-01-01T00:00:01.000Z',
      ants: ants.length,
    });
    expect((await call('GET', '/hormiguero/status')).json()).toMatchObject({ last_scan: null });
  });

  test('look now on every host, though hormiguero sleeps', async () => {
    const answer = await call('POST', '/hormiguero/scan/once');
    expect(answer.json()).toMatchObject({
      status: 'done',
      results: [{ host: 'box', ant: 'disk', outcome: 'looked' }],
    });
    expect(asked.at(-1)).toMatchObject({ host: 'box', all: true });
  });

  test('look now under the name of the older API, too', async () => {
    const before = asked.length;
    const answer = await call('POST', '/operator/api/hormiguero/scan/once');
    expect(answer.json()).toMatchObject({ incidents: expect.any(Array) });
    expect(asked.slice(before)).toMatchObject([{ host: 'box', all: true }]);
  });

  test('do not look while madre is away, or has read no compose file', async () => {
    const lonely = await startGateway({ deps: { temporal } });
    const scan = async () =>
      (await call('POST', '/hormiguero/scan/once', {}, { on: lonely })).json().error;
    expect(await scan()).toBe('madre_unavailable');
    await beat(lonely.store);
    expect(await scan()).toBe('madre_unavailable');
    await lonely.close();
  });
});

describe('actions', () => {
  const restart = (target: string) => ({ action: 'restart', target });
  const preview = async (actions: object[]) =>
    (await call('POST', '/hormiguero/actions/preview', { actions })).json();
  const apply = (payload: object, on = enabled) =>
    call('POST', '/hormiguero/actions/apply', payload, { on });

  test('are previewed as the plan that they would become', async () => {
    const actions = [restart('web'), restart('db'), restart('redis'), restart('nope')];
    const { preview: shown, plan } = await preview(actions);
    expect(shown.map(({ reason }: { reason: string | null }) => reason)).toEqual([
      null,
      'off_by_policy',
      'core_service',
      'service_not_allowed',
    ]);
    expect(plan).toEqual(planExample);
    expect(proposals.at(-1)).toMatchObject({
      action: 'restart',
      targets: ['web'],
      dry_run: true,
      scope: 'agent',
    });
    expect((await preview([{ action: 'move_duplicate', target: 'web' }])).plan).toBeNull();
  });

  test('are refused while they are switched off', async () => {
    const answer = await apply({ actions: [restart('web')] }, gateway);
    expect([answer.statusCode, answer.json().error]).toEqual([403, 'actions_disabled']);
  });

  test('become one plan that waits, and their incident names it', async () => {
    const { incident_id } = await anIncident('open', enabled);
    const answer = await apply({ actions: [restart('web'), restart('api')], incident_id });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ status: 'waiting', plan: planExample });
    expect(proposals.at(-1)).toMatchObject({
      targets: ['web', 'api'],
      dry_run: false,
      reason: 'web is unhealthy',
      scope: 'agent',
    });
    const kept = await enabled.store.incidents.find(incident_id);
    expect(kept?.plan_id).toBe(planExample.plan_id);
  });

  test('are all refused if one of them is not allowed, or their incident is not known', async () => {
    const before = proposals.length;
    const refused = await apply({ actions: [restart('web'), restart('db')] });
    expect([refused.statusCode, refused.json().error]).toEqual([422, 'action_not_allowed']);
    const unknown = await apply({ actions: [restart('web')], incident_id: 'incident-ffffffff' });
    expect(unknown.json().error).toBe('incident_not_found');
    expect(proposals).toHaveLength(before);
  });
});
