import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPidFile } from '../../../cli/up/process/pid-file.ts';
import type { Measure } from '../../measure.ts';
import { figures, median, timed } from '../../sample.ts';
import { bare, several } from '../../services.ts';
import { newHome, whileStarted } from '../start.ts';
import { openAndClose, services, taken } from './taken.ts';

const reachMb = 185;
/** How much later than an opening at work one may be that wakes VX11 first. */
const reachLaterMs = 2000;
const openings = 5;
const sleepAfter = '30s';
const restMs = 30_000;

/** Memory of everything that `npm start` runs once VX11 sleeps after windows, and openings that wake it. */
export const asleep: Measure = {
  name: 'asleep',
  async run(environment) {
    const { home, env } = await newHome(
      environment,
      several('bit', services, { image: 'vx11-tiny:local', ...bare }),
    );
    const settings = { VX11_TEMPORAL_SLEEP: sleepAfter, VX11_RATE_CHANGES_PER_TOKEN: '100000' };
    return whileStarted(environment, home, { ...env, ...settings }, async (_, npm) => {
      const windows = environment.quick ? 20 : 200;
      await openAndClose(home, windows);
      await untilAsleep(home);
      await sleep(restMs);
      const rest = await taken(environment, home, npm);
      const [later, plain]: [number[], number[]] = [[], []];
      for (let n = 0; n < environment.samples(openings); n += 1) {
        await untilAsleep(home);
        later.push((await timed(() => openAndClose(home, 1)))[0]);
        plain.push((await timed(() => openAndClose(home, 1)))[0]);
      }
      const difference = median(later) - median(plain);
      return [
        {
          name: 'footprint asleep',
          unit: 'MB',
          ours: figures([rest.all.pss]),
          plain: null,
          bar: `PSS of all processes and the guard ≤ ${reachMb} MB`,
          met: rest.all.pss <= reachMb,
          n: 1,
          notes: [
            `${rest.all.anonymous.toFixed(0)} MB of it anonymous; ${rest.parts}`,
            `beside it ${rest.beside}; after ${windows} windows`,
          ],
        },
        {
          name: 'open and close from sleep',
          unit: 'ms',
          ours: figures(later),
          plain: figures(plain),
          difference,
          bar: `≤ the same at work + ${reachLaterMs} ms`,
          met: difference <= reachLaterMs,
          n: later.length,
          notes: ['plain: the same right after it, while Temporal is awake'],
        },
      ];
    });
  },
};

/** Waits until Temporal has ended and madre serves without it. */
async function untilAsleep(home: string): Promise<void> {
  const url = readFileSync(join(home, 'run/gateway.url'), 'utf8').trim();
  const serves = (): Promise<boolean> =>
    fetch(`${url}/health`, { headers: { connection: 'close' } }).then(
      ({ ok }) => ok,
      () => false,
    );
  const isUp = (name: string): boolean => readPidFile(join(home, `run/${name}.pid`)) !== undefined;
  while (isUp('temporal') || !isUp('madre') || !(await serves())) await sleep(200);
  await sleep(5000);
}
