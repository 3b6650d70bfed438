import type { InspectedHealthcheck } from '../readout.ts';
import { listOf, mapOf, setOnly, textOf, type Aspect, type Leaves } from './aspect.ts';
import { nanosecondsOf } from './duration.ts';

const times = {
  interval: 'Interval',
  timeout: 'Timeout',
  start_period: 'StartPeriod',
  start_interval: 'StartInterval',
} as const;
const isOff = (check: Readonly<Record<string, unknown>>): boolean =>
  check['disable'] === true || listOf(check['test'])[0] === 'NONE';

/** The health check of the file; what it leaves out is the image's. Times in ms. */
export const healthcheck: Aspect = {
  compares: [
    'healthcheck.test[]',
    'healthcheck.retries',
    'healthcheck.disable',
    ...Object.keys(times).map((key) => `healthcheck.${key}`),
  ],
  // one that never runs has no times
  overlooks: ({ path }, declared) =>
    !/\.(test\[\]|disable)$/.test(path) && isOff(mapOf(declared['healthcheck'])),
  expected({ declared, image }) {
    const own = mapOf(declared['healthcheck']);
    if (own['disable'] === true) return leavesOf({ Test: ['NONE'] });
    const test = listOf(own['test']).map(textOf);
    return leavesOf({
      ...image.Healthcheck,
      ...(test.length > 0 && { Test: test }),
      ...(Number(own['retries']) > 0 && { Retries: Number(own['retries']) }),
      ...Object.fromEntries(
        Object.entries(times).flatMap(([key, name]) => {
          const time = nanosecondsOf(textOf(own[key]));
          return time > 0 ? [[name, time]] : [];
        }),
      ),
    });
  },
  actual: ({ container }) => leavesOf(container.Config.Healthcheck ?? {}),
};

const leavesOf = (check: InspectedHealthcheck): Leaves => {
  const test = check.Test ?? [];
  // one that never runs has no times
  if (test[0] === 'NONE') return { 'healthcheck.test': '["NONE"]' };
  return setOnly({
    'healthcheck.test': test.length === 0 ? '' : JSON.stringify(test),
    'healthcheck.retries': check.Retries ? String(check.Retries) : '',
    ...Object.fromEntries(
      Object.entries(times).map(([key, name]) => [
        `healthcheck.${key}`,
        check[name] ? `${check[name] / 1e6} ms` : '',
      ]),
    ),
  });
};
