import { pino } from 'pino';
import type { PlanDeps } from '../../activities/plans/ports.ts';
import type { Store } from '../../store/index.ts';
import { noRuns, nothingElse } from '../activities/plans/no-checks.ts';

/** Plans are made with madre's own code and stored; nothing carries them out. */
export const planDepsOn = (store: Store): PlanDeps => ({
  store,
  clock: Date.now,
  log: pino({ level: 'silent' }),
  runs: () => ({
    ...noRuns,
    start: async () => undefined,
    runs: async () => true,
  }),
  spawner: null,
  ...nothingElse,
  stepped: () => undefined,
  ended: () => undefined,
});
