import { expect, test } from 'vitest';
import { leasesByService, serviceStatuses } from '../../../domain/windows/service-status.ts';
import { catalog } from '../../gateway/fixture.ts';
import { aService, iso, noon } from '../samples.ts';

const statuses = (services: ReturnType<typeof aService>[], deadline: number | null) =>
  serviceStatuses(
    {
      catalogs: [catalog(services)],
      observations: new Map(),
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
