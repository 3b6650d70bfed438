import { expect, test } from 'vitest';
import type { CatalogService } from '../../../contracts/service.ts';
import { leasedNeeds, roomFrom } from '../../../domain/windows/room.ts';
import { leasesByService, observationsByService } from '../../../domain/windows/service-status.ts';
import { catalog } from '../../gateway/fixture.ts';
import { aService } from '../samples.ts';

const mib = 1024 ** 2;
const now = Date.UTC(2026, 10, 30);
const sized = (name: string, size: number, needs: string[] = []): CatalogService =>
  aService(name, { memory_bytes: size * mib, needs });
const services = [
  sized('smol', 600),
  sized('big', 700, ['files']),
  sized('files', 100),
  sized('web', 50),
];
const box = { ...catalog(services), budget: { memory_bytes: 1000 * mib, cpus: null } };

/** The host while these leases hold, by service and seconds until they end; null: a hold. */
const held = (leases: Record<string, number | null>) => ({
  observations: observationsByService([]),
  leases: leasesByService(
    Object.entries(leases).map(([service, seconds]) => ({
      window_id: `window-${service}`,
      host: 'box',
      service,
      deadline: seconds === null ? null : now + seconds * 1000,
      is_open: true,
    })),
  ),
});

test.each<[string, string, Record<string, number | null>, number | null]>([
  ['has room if nothing runs', 'smol', {}, 0],
  ['has room beside what leaves enough', 'smol', { web: 60 }, 0],
  ['has none beside one that is too big, until its deadline', 'smol', { big: 60 }, 60],
  ['counts what a service depends on', 'big', { web: null, files: null }, 0],
  ['counts dependencies that are not up yet', 'big', { web: 30, smol: 10 }, 10],
  ['waits for as many deadlines as it takes', 'big', { web: 30, smol: 10, files: 5 }, 10],
  ['never has room beside a hold', 'smol', { big: null, web: 5 }, null],
  ['counts an expired lease as none', 'smol', { big: -1 }, 0],
])('a service %s', (_, service, leases, seconds) => {
  const from = roomFrom(box, held(leases), service, now);
  expect(from).toBe(seconds === null ? null : now + seconds * 1000);
});

test('what is leased takes its limits', () =>
  expect([...leasedNeeds(box, held({ smol: 5, web: -5 }), now)]).toEqual([
    ['smol', { memory_bytes: 600 * mib, cpus: 0 }],
  ]));
