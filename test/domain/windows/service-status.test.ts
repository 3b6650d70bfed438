import { expect, test } from 'vitest';
import {
  leasesByService,
  observationsByService,
  serviceStatuses,
  type KnownServices,
} from '../../../domain/windows/service-status.ts';
import { catalog, observation } from '../../gateway/fixture.ts';
import { aService, iso, noon } from '../samples.ts';

const statuses = (
  services: ReturnType<typeof aService>[],
  deadline: number | null,
  seen: Partial<Pick<KnownServices, 'observations' | 'presence'>> = {},
) =>
  serviceStatuses(
    {
      catalogs: [catalog(services)],
      observations: new Map(),
      presence: [],
      ...seen,
      windows: [{ window_id: 'w', expires_at: deadline === null ? null : iso(deadline) }],
      leases: leasesByService([
        { window_id: 'w', host: 'box', service: 'web', deadline, is_open: true },
      ]),
    },
    noon,
  );

test('a service of no replicas is ok while a window holds it, and absent', () => {
  const [web] = statuses([aService('web', { replicas: 0 })], noon + 1000);
  expect(web).toMatchObject({ health: 'ok', state: 'absent', until: iso(noon + 1000) });
});

test('a service whose lease has passed is not held', () => {
  const [web] = statuses([aService('web')], noon);
  expect(web).toMatchObject({ health: 'off_by_policy', window_ids: [], until: null });
});

test('a service on hold has no end, and its container is missed', () => {
  const [web, db] = statuses([aService('web'), aService('db')], null);
  expect(web).toMatchObject({ health: 'down', window_ids: ['w'], until: null });
  expect(db).toMatchObject({ health: 'off_by_policy', window_ids: [] });
});

test('a service that runs without something that it needs is degraded by it, and one that sleeps is not', () => {
  const presence = [{ host: 'box', detail: { lacking: { web: 'ffmpeg missing', db: 3 } } }];
  const running = observationsByService([observation('web'), observation('db')]);
  const services = [aService('web'), aService('db')];
  const seen = { observations: running, presence };
  expect(statuses(services, noon + 1000, seen)).toMatchObject([
    { health: 'degraded', reason: 'ffmpeg missing' },
    { health: 'ok', reason: null },
  ]);
  const down = observationsByService([observation('web', { health: 'unhealthy' })]);
  const [ill] = statuses(services, noon + 1000, { observations: down, presence });
  expect(ill).toMatchObject({ health: 'degraded', reason: 'unhealthy' });
  const [asleep] = statuses(services, noon, { presence });
  expect(asleep).toMatchObject({ health: 'off_by_policy', reason: null });
});
