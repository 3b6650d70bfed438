import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goalsOf, startOrder } from '../../../domain/services/start-order.ts';
import { aService, byName } from '../samples.ts';

const shop = byName([
  aService('web', { needs: ['api', 'cache'] }),
  aService('api', { needs: ['db'] }),
  aService('db'),
  aService('cache'),
  aService('gate', { tier: 'core' }),
  aService('console', { needs: ['gate', 'db'] }),
  {
    ...aService('report'),
    depends_on: [{ service: 'cache', condition: 'service_started', required: false }],
  },
]);

test.each<[string, string[], string[]]>([
  ['a service alone', ['db'], ['db']],
  ['dependencies before those that need them', ['web'], ['db', 'api', 'cache', 'web']],
  ['each service once', ['api', 'web', 'api'], ['db', 'api', 'cache', 'web']],
  ['no services of another tier', ['console'], ['db', 'console']],
  ['nothing for a core service', ['gate'], []],
  ['optional dependencies before the services that use them', ['report'], ['cache', 'report']],
  ['no unknown services', ['nope', 'db'], ['db']],
  ['nothing for nothing', [], []],
])('the start order has %s', (_, asked, expected) => {
  expect(startOrder(asked, shop)).toEqual(expected);
});

test('in any stack, every service appears once and after all its dependencies', () => {
  const stacks = fc
    .array(fc.array(fc.nat({ max: 20 }), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
    // services depend only on earlier ones, since Compose rejects cycles
    .map((rows) =>
      rows.map((row, n) =>
        aService(`s${n}`, { needs: n === 0 ? [] : [...new Set(row.map((m) => `s${m % n}`))] }),
      ),
    );
  fc.assert(
    fc.property(stacks, fc.array(fc.nat({ max: 11 }), { maxLength: 6 }), (services, picks) => {
      const asked = picks.map((n) => `s${n % services.length}`);
      const order = startOrder(asked, byName(services));
      expect(new Set(order).size).toBe(order.length);
      expect(order).toEqual(expect.arrayContaining(asked));
      for (const name of order) {
        const { depends_on } = services.find((service) => service.name === name)!;
        for (const { service } of depends_on) {
          expect(order.indexOf(service)).toBeLessThan(order.indexOf(name));
          expect(order).toContain(service);
        }
      }
    }),
  );
});

test('each requested service has to be ready, and each dependency has to reach what its dependents wait for', () => {
  const edge = (service: string, condition: 'service_started' | 'service_healthy') =>
    ({ service, condition, required: true }) as const;
  const job = {
    service: 'migrate',
    condition: 'service_completed_successfully',
    required: false,
  } as const;
  const services = [
    aService('migrate'),
    aService('db'),
    aService('log'),
    { ...aService('api'), depends_on: [edge('db', 'service_healthy'), job] },
    {
      ...aService('web'),
      depends_on: [edge('db', 'service_started'), edge('log', 'service_started')],
    },
  ];
  const goals = goalsOf(services, new Set(['api', 'db']));
  expect(Object.fromEntries([...goals].map(([name, all]) => [name, [...all]]))).toEqual({
    migrate: ['done'],
    db: ['ready', 'healthy'],
    log: [],
    api: ['ready'],
    web: [],
  });
});
