import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Waits end by themselves; these limits only end what hangs, on a machine that is busy with other work too. */
const real = { environment: 'node', testTimeout: 600_000, hookTimeout: 600_000 } as const;

/** They load the whole machine, so that each runs with no other file beside it. */
const heavy = [
  'test/checks/load.real.test.ts',
  'test/compose/corpus.real.test.ts',
  'test/sandbox/crowd.real.test.ts',
  'test/tasks/crowd.real.test.ts',
];

/**
 * `fast` needs no server; `real` needs Docker and Temporal, and so does `heavy`, after it; `faults` kills them, one after
 * the other.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/stack/report/summary-reporter.ts'],
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.real.test.ts', 'test/faults/**', 'test/compose/odd-corpus.test.ts'],
          testTimeout: 60_000,
          // many of them wait most of the time
          maxWorkers: availableParallelism() + 1,
          globalSetup: ['test/gateway/http/route-coverage.ts'],
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          exclude: ['test/faults/**', ...heavy],
          globalSetup: ['test/stack/global-setup.ts'],
          ...real,
          // on two cores, more files at once only slow each other down
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'heavy',
          include: heavy,
          globalSetup: ['test/stack/global-setup.ts'],
          ...real,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'faults',
          // manual changes and several hosts are quick to test, so `real` has them too
          include: [
            'test/faults/**/*.test.ts',
            'test/compose/odd-corpus.test.ts',
            'test/power/{hands,two-hosts}.real.test.ts',
            'test/tasks/crowd.real.test.ts',
            'test/gateway/{plans/many-messages,windows/thirty-clients}.real.test.ts',
          ],
          env: { VX11_CROWD_SIZE: '1000', VX11_MANY_MESSAGES: '2100', VX11_CLIENT_SECONDS: '60' },
          globalSetup: ['test/stack/global-setup.ts'],
          ...real,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
