import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incident } from '../../contracts/incidents.ts';
import { ants } from '../../domain/incidents/ants/table.ts';
import { newState } from '../../domain/incidents/due.ts';
import { incidentExample } from '../../gateway/incidents/incident-examples.ts';
import { connectTemporal } from '../../gateway/temporal/port.ts';
import { aService } from '../domain/samples.ts';
import { adminToken, beat, catalog, startGateway, type Gateway } from '../gateway/fixture.ts';
import { vx11 } from './fixture.ts';

let gateway: Gateway;
let url: string;
beforeAll(async () => {
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    runAnts: async () => [
      { ant: 'certs', outcome: 'skipped' as const, bad: 0, detail: 'hormiguero is asleep' },
    ],
    breaker: 'closed' as const,
  };
  gateway = await startGateway({ deps: { temporal } });
  await gateway.store.services.saveCatalog(catalog([aService('web')]), []);
  await beat(gateway.store);
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => gateway.close());

const run = (...line: string[]) => vx11(line, { VX11_URL: url, VX11_TOKEN: adminToken });
const write = (incidents: Incident[]) =>
  gateway.store.incidents.round('box', () => ({
    incidents,
    memories: new Map(),
    states: incidents.length === 0 ? [newState(ants[0]!, 0)] : [],
    events: [],
  }));

test('incidents are listed, shown, muted and ended', async () => {
  expect((await run('incidents')).out).toBe('No incidents.');
  await write([incidentExample]);
  const { incident_id } = incidentExample;
  expect((await run('incidents', 'list', '--severity', 'high')).out).toContain('web is unhealthy');
  expect((await run('incidents', '--status', 'closed')).out).toBe('No incidents.');
  expect((await run('incidents', 'show', incident_id)).out).toContain(
    '→ Restart web inside its window',
  );
  const acked = await run('incidents', 'ack', incident_id, '--hours', '2', '--note', 'known');
  expect(acked.out).toMatch(/^incident-\w+ high acknowledged by .* until .*\n[^]*: known\n/);
  expect((await run('incidents', 'resolve', incident_id)).out).toContain('resolved by person');
  const again = await run('incidents', 'resolve', incident_id);
  expect([again.code, again.err]).toEqual([3, expect.stringContaining('incident_ended') as string]);
});

test('ants are shown with their weights, and look on request', async () => {
  expect((await run('ants')).out).toBe('No ant has looked yet.');
  await write([]);
  expect((await run('ants')).out).toMatch(/^ANT +HOST +EVERY[^]*engine +box/);
  expect((await run('ants', '--scan')).out).toMatch(/certs +box +skipped +0 +hormiguero is asleep/);
});
