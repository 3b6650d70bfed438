import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure, Result } from '../../measure.ts';
import { figures } from '../../sample.ts';
import { bare, several } from '../../services.ts';
import { newHome, whileStarted } from '../start.ts';
import { openAndClose, services, taken, type Taken } from './taken.ts';

const reachRestMb = 335;
const reachAfterMb = 400;
const starts = 3;
const restSeconds = 60;
/** The goal counts an hour after the windows: memory goes back to the system bit by bit. */
const afterSeconds = 3600;

/** Memory of everything that `npm start` runs, at rest and after 1,000 windows. The notes have guard and launcher. */
export const footprint: Measure = {
  name: 'footprint',
  async run(environment) {
    const limits = { VX11_RATE_CHANGES_PER_TOKEN: '100000', VX11_RATE_PER_ADDRESS: '6000000' };
    const { home, env } = await newHome(
      environment,
      several('bit', services, { image: 'vx11-tiny:local', ...bare }),
    );
    const rests: Taken[] = [];
    const windows = environment.quick ? 50 : 1000;
    let soon: Taken | undefined;
    let after: Taken | undefined;
    const second = environment.quick ? 250 : 1000;
    const pauseMs = restSeconds * second;
    for (let n = 1; n <= starts; n += 1)
      await whileStarted(environment, home, { ...env, ...limits }, async (_, npm) => {
        await sleep(pauseMs);
        rests.push(await taken(environment, home, npm));
        if (n < starts) return;
        await openAndClose(home, windows);
        await sleep(pauseMs);
        soon = await taken(environment, home, npm);
        await sleep(environment.quick ? pauseMs : afterSeconds * second);
        after = await taken(environment, home, npm);
      });
    return [
      row('footprint at rest', rests, reachRestMb, {
        n: starts,
        rested: `${restSeconds} s of rest`,
      }),
      row(`footprint after ${windows} windows`, [after!], reachAfterMb, {
        n: windows,
        rested: `an hour of rest (after ${restSeconds} s: ${soon!.all.pss.toFixed(0)} MB, ${soon!.parts})`,
      }),
    ];
  },
};

function row(
  name: string,
  all: Taken[],
  reach: number,
  { n, rested }: { n: number; rested: string },
): Result {
  const sorted = all.toSorted((one, other) => one.all.pss - other.all.pss);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  const ours = figures(all.map((one) => one.all.pss));
  return {
    name,
    unit: 'MB',
    ours,
    plain: null,
    bar: `PSS of all processes ≤ ${reach} MB`,
    met: ours.p50 <= reach,
    n,
    notes: [
      `${middle.all.anonymous.toFixed(0)} MB of it anonymous; ${middle.parts}`,
      `not included: ${middle.beside}; measured after ${rested}`,
    ],
  };
}
