import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AntState } from '../../../domain/incidents/due.ts';
import { ants } from '../../../domain/incidents/ants/table.ts';
import { noon } from '../../domain/samples.ts';
import { startNest, web, type Nest } from './a-nest.ts';

let nest: Nest;
beforeEach(async () => void (nest = await startNest()));
afterEach(() => nest.close());

const unhealthy = { ...web, state: 'unhealthy' } as const;
const listed = async () => (await nest.store.incidents.list({ limit: 200 })).incidents;

describe('a round', () => {
  test('turns what the ants see into an incident, an event and an intent in its lane', async () => {
    nest.services = [unhealthy];
    for (let nth = 0; nth < 4; nth += 1) await nest.round();
    const [incident, ...others] = await listed();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      kind: 'unhealthy',
      service: 'web',
      status: 'open',
      occurrences: 2,
      first_seen: '2026-01-05T12:00:30.000Z',
      announced: 'high',
    });
    expect(await nest.events('incident.opened')).toMatchObject([
      { incident_id: incident!.incident_id, kind: 'unhealthy', severity: 'high' },
    ]);
    expect(await nest.events('rails.missed')).toMatchObject([
      { source: 'hormiguero', domain: 'execution', intent_type: 'unhealthy' },
    ]);
    nest.services = [web];
    for (let nth = 0; nth < 3; nth += 1) await nest.round();
    expect(await listed()).toMatchObject([{ status: 'resolved', resolved_by: 'looks' }]);
  });

  test('names the plan that patched its service, and says so if that did not help', async () => {
    nest.services = [unhealthy];
    for (let nth = 0; nth < 4; nth += 1) await nest.round();
    const plan_id = 'plan-0000000000000001';
    const patch = { patch_id: 'patch-0000000000000001', host: 'box', status: 'kept', plan_id };
    const times = { created_at: new Date(nest.now).toISOString() };
    await nest.store.patches.create(
      { ...patch, ...times, applied_at: times.created_at, change: { services: ['web'] } } as never,
      [],
    );
    nest.services = [web];
    for (let nth = 0; nth < 4; nth += 1) await nest.round();
    expect(await listed()).toMatchObject([{ status: 'resolved', resolved_by: 'plan', plan_id }]);
    nest.services = [unhealthy];
    for (let nth = 0; nth < 4; nth += 1) await nest.round();
    const [again] = await listed();
    expect(again).toMatchObject({ status: 'open', reopened: 1, resolved_by: null });
    const helped = again!.notes.filter(({ text }) => text.startsWith('no_change'));
    expect(helped).toMatchObject([{ by: 'madre', text: expect.stringContaining(plan_id) }]);
    nest.services = [web];
    for (let nth = 0; nth < 4; nth += 1) await nest.round();
    expect(await listed()).toMatchObject([{ status: 'resolved', resolved_by: 'looks' }]);
  });

  test('reaches madre’s loop by a lane that proposes, once', async () => {
    const lane = { lane_id: 'sick', domain: 'execution', intent_type: 'unhealthy' };
    await nest.store.rails.putLane(
      {
        ...lane,
        owner_module: 'hormiguero',
        escalation: 'propose',
        constraints: {},
        invariants: [],
        updated_at: '2026-01-05T12:00:00.000Z',
        updated_by: 'ana',
      },
      [],
    );
    nest.services = [unhealthy];
    for (let nth = 0; nth < 6; nth += 1) await nest.round();
    const [intent, ...others] = await nest.store.rails.waiting(10);
    expect(others).toEqual([]);
    expect(intent).toMatchObject({ urgency: 'high', source: 'hormiguero', lane_id: 'sick' });
  });

  test('makes nothing of a service that policy put to sleep', async () => {
    nest.services = [{ ...unhealthy, held: false }];
    nest.asleep.add('web');
    for (let nth = 0; nth < 10; nth += 1) await nest.round();
    expect(await listed()).toEqual([]);
  });

  test('of which one ant fails is one of the others all the same', async () => {
    await nest.close();
    nest = await startNest({ disks: async () => Promise.reject(new Error('no such disk')) });
    nest.services = [unhealthy];
    for (let nth = 0; nth < 3; nth += 1) await nest.round();
    const { results } = await nest.round();
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([
      { ant: 'disk', outcome: 'failed', bad: 0, detail: 'no such disk' },
    ]);
    expect(await listed()).toHaveLength(1);
    const states = await nest.store.ants.states('box');
    const disk = states.find(({ state }) => (state as AntState).ant === 'disk')!.state;
    expect(disk).toMatchObject({ failures: 4, last_error: 'no such disk', last_look_at: null });
  });

  test('under pressure lets only those look that look at pressure, the Engine and health', async () => {
    nest.load = 9;
    const { results } = await nest.round();
    const looked = results.filter(({ outcome }) => outcome === 'looked').map(({ ant }) => ant);
    expect(looked).toEqual(['engine', 'health', 'cpu', 'memory', 'io']);
    expect(results.find(({ ant }) => ant === 'disk')).toMatchObject({
      outcome: 'skipped',
      detail: 'the host is under pressure',
    });
  });

  test('asks only the ants that are due, and those that the Engine wakes', async () => {
    expect((await nest.round(false)).results).toHaveLength(ants.length);
    nest.now -= 30_000;
    expect((await nest.round(false)).results).toEqual([]);
    nest.now -= 30_000;
    nest.deps.woken.add('health');
    expect((await nest.round(false)).results.map(({ ant }) => ant)).toEqual(['health']);
  });

  test('writes nothing while nothing is due', async () => {
    await nest.round(false);
    const before = await nest.store.revision();
    nest.now += 100;
    await nest.round(false);
    expect(await nest.store.revision()).toBe(before);
  });
});

describe('certificates', () => {
  const address = 'web:443';
  beforeEach(() => void (nest.certificates = () => [{ address, file: null }]));
  const certs = async () => (await nest.round()).results.find(({ ant }) => ant === 'certs');

  test('are left to hormiguero, and are skipped while it sleeps', async () => {
    nest.asleep.add('hormiguero');
    expect(await certs()).toMatchObject({ outcome: 'skipped', detail: 'hormiguero is asleep' });
    nest.asleep.clear();
    const { results, outside } = await nest.round();
    expect(outside).toEqual({ addresses: [address] });
    expect(results.map(({ ant }) => ant)).not.toContain('certs');
  });

  test('that expire are an incident, and an answer that does not come is none', async () => {
    expect(await nest.outside(null)).toMatchObject([{ ant: 'certs', outcome: 'failed' }]);
    await nest.outside([{ address, expires_at: null }]);
    expect(await listed()).toEqual([]);
    nest.certificates = () => [{ address, file: 'cert.pem' }];
    await nest.outside([{ address, expires_at: noon + 86_400_000 }]);
    const kinds = (await listed()).map(({ kind, severity }) => `${kind} ${severity}`);
    expect(kinds.toSorted()).toEqual(['certificate high', 'certificate_not_loaded warn']);
  });

  test('in files are looked at while hormiguero sleeps, too', async () => {
    await nest.close();
    let days = 2;
    nest = await startNest({
      certificate_files: async () => [{ file: 'web.pem', expires_at: noon + days * 86_400_000 }],
    });
    nest.certificates = () => [{ address, file: 'web.pem' }];
    nest.asleep.add('hormiguero');
    await nest.round();
    expect(await listed()).toMatchObject([
      { kind: 'certificate', subkey: 'web.pem', severity: 'high', source: 'cert_files' },
    ]);
    days = 90;
    await nest.round();
    expect(await listed()).toMatchObject([{ status: 'resolved' }]);
  });

  test('of settings that are wrong are a look that fails and says what', async () => {
    nest.certificates = () => {
      throw new Error('x-vx11.ants.certificates: no');
    };
    expect(await certs()).toMatchObject({
      outcome: 'failed',
      detail: 'x-vx11.ants.certificates: no',
    });
  });
});
