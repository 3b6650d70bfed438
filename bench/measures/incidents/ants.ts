import { setTimeout as sleep } from 'node:timers/promises';
import type { TestStack } from '../../../test/stack/stack.ts';
import type { Environment } from '../../environment.ts';
import type { Measure, Result } from '../../measure.ts';
import { cpuMs } from '../../process.ts';
import { bare, several } from '../../services.ts';
import { metricsText } from '../../stack-calls.ts';

/** The share of one core that the ants of a host may take. */
const reachPercent = 2;
const sizes = [20, 200];
const seconds = 300;
const quickSeconds = 60;
/** The round of every ant that follows a start is over by then. */
const settleMs = 60_000;

/** As `npm start` has them, and so rarely that none looks within the measure. */
const on = { VX11_ANTS_SECONDS: '30' };
const off = { VX11_ANTS_SECONDS: '3600' };

/**
 * CPU time of madre with its ants at work, minus that of another madre at the same time whose ants do not look. Measure it on a
 * quiet machine: under pressure most ants wait.
 */
export const ants: Measure = {
  name: 'ants',
  async run(environment) {
    const results: Result[] = [];
    for (const services of sizes) results.push(await costAt(environment, services));
    return results;
  },
};

async function costAt(environment: Environment, services: number): Promise<Result> {
  const asleep = {
    services: several('bit', services, { image: 'vx11-tiny:local', ...bare }),
    before: ({ docker, composeFile }: Pick<TestStack, 'docker' | 'composeFile'>) =>
      docker('compose', '--progress', 'quiet', '-f', composeFile, 'create').then(() => undefined),
  };
  return environment.onStack({ ...asleep, env: off }, (without) =>
    environment.onStack({ ...asleep, env: on }, async (withAnts) => {
      await sleep(settleMs);
      const duration = environment.quick ? quickSeconds : seconds;
      const [before, looksBefore] = [cpuOf(withAnts, without), await looksOf(withAnts)];
      await sleep(duration * 1000);
      const after = cpuOf(withAnts, without);
      const share = (ms: number): number => ms / (duration * 10);
      const [mine, plain] = [share(after[0] - before[0]), share(after[1] - before[1])];
      const looks = (await looksOf(withAnts)) - looksBefore;
      return {
        name: `ants with ${services} services asleep`,
        unit: '%',
        ours: { p50: mine, p95: mine, n: 1 },
        plain: { p50: plain, p95: plain, n: 1 },
        difference: mine - plain,
        bar: `≤ ${reachPercent} % of one core above a madre whose ants do not look, over ${duration} s`,
        met: mine - plain <= reachPercent && looks > 0,
        n: 1,
        notes: [`${looks} looks; plain: another madre at the same time whose ants do not look`],
      };
    }),
  );
}

const cpuOf = (one: TestStack, other: TestStack): [number, number] => [
  cpuMs(one.madre.pid()!),
  cpuMs(other.madre.pid()!),
];

/** How often an ant has looked since madre's start. */
async function looksOf(stack: TestStack): Promise<number> {
  const text = await metricsText(stack);
  const counts = text.matchAll(/^vx11_ant_looks_total\{[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
