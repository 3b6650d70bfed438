import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Waits end by themselves; these limits only end what hangs, on a machine that is busy with other work too. */
const real = { environment: 'node', testTimeout: 600_000, hookTimeout: 600_000 } as const;

/** As long as a busy machine may need; what a test waits for comes at once otherwise. */
const expect = { poll: { timeout: 15_000 } } as const;

/**
 * CI tries a failed test once more, because a busy machine can make one of nine thousand late. The summary at the end lists
 * what passed only then.
 */
const retry = (process.env['CI'] ?? '') === '' ? 0 : 1;

/** They load the whole machine, so that each runs with no other file beside it. */
const heavy = [
  'test/checks/load.real.test.ts',
  'test/compose/corpus.real.test.ts',
  'test/sandbox/crowd.real.test.ts',
];
/** Each takes one to four minutes, and its kind has a quicker test in `real`. */
const slow = [
  'test/cli/up/two-installations.real.test.ts',
  'test/gateway/plans/many-messages.real.test.ts',
  'test/power/moved-project/later.real.test.ts',
  'test/repair/{seeds,trial}.real.test.ts',
  'test/tasks/crowd.real.test.ts',
  'test/web/small-screens.real.test.ts',
];

/**
 * `fast` needs no server; `real` needs Docker and Temporal, and so does `heavy`, after it; `faults` kills them, one after
 * the other, and has what is too slow for every change.
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
          hookTimeout: 60_000,
          retry,
          expect,
          // many of them wait most of the time
          maxWorkers: availableParallelism() + 1,
          // each worker loads a module once for all its files, which halves the whole
          isolate: false,
          globalSetup: ['test/gateway/http/route-coverage.ts'],
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          exclude: ['test/faults/**', ...heavy, ...slow],
          globalSetup: ['test/stack/global-setup.ts'],
          ...real,
          retry,
          expect,
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
          retry,
          expect,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'faults',
          include: [
            'test/faults/**/*.test.ts',
            ...slow,
            // these are in `real` or `heavy` too, but smaller
            'test/compose/{odd-corpus,corpus.real}.test.ts',
            'test/gateway/windows/thirty-clients.real.test.ts',
          ],
          env: {
            VX11_CROWD_SIZE: '1000',
            VX11_MANY_MESSAGES: '2100',
            VX11_CLIENT_SECONDS: '60',
            VX11_CORPUS_EVERY: '1',
          },
          globalSetup: ['test/stack/global-setup.ts'],
          ...real,
          expect,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
