import { setTimeout as sleep } from 'node:timers/promises';
import type { TestStack } from '../../test/stack/stack.ts';
import type { Environment } from '../environment.ts';
import type { Figures, Measure, Result } from '../measure.ts';
import { residentMb } from '../process.ts';
import { crowd, figures, timed } from '../sample.ts';
import { bare, several } from '../services.ts';
import { closeTarget, openTarget } from '../stack-calls.ts';
import { restart } from './restart.ts';

const reachMb = 300;
const reachGrowth = 1.1;
const services = 16;
const atATime = 8;
const settleSeconds = 20;
const pauseSeconds = 30;

/** Resident memory of gateway and madre at rest, and after 1,000 windows. */
export const memory: Measure = {
  name: 'memory',
  run: (environment) =>
    environment.onStack({ services: several('bit', services, bare) }, async (stack) => {
      await restart(stack);
      await sleep(settleSeconds * 1000);
      const rest = await resident(environment, stack);
      const windows = environment.quick ? 50 : 1000;
      const [took] = await timed(() => openAndClose(stack, windows));
      const after = await resident(environment, stack);
      await sleep(pauseSeconds * (environment.quick ? 250 : 1000));
      const paused = await resident(environment, stack);
      const growth = paused.both.p50 / rest.both.p50;
      const perSecond = ((windows * 1000) / took).toFixed(1);
      return [
        atRest(rest),
        {
          name: `memory after ${windows} windows`,
          unit: 'MB',
          ours: paused.both,
          plain: rest.both,
          ratio: growth,
          bar: `≤ ${reachGrowth} × at rest`,
          met: growth <= reachGrowth,
          n: windows,
          notes: [
            `${split(paused)}; right after the last one ${split(after)}`,
            `${perSecond} windows opened and closed per second, ${atATime} at a time, limited by the Engine's starts and stops`,
          ],
        },
      ];
    }),
};

const atRest = (rest: Resident): Result => ({
  name: 'memory at rest',
  unit: 'MB',
  ours: rest.both,
  plain: null,
  bar: `gateway + madre ≤ ${reachMb} MB`,
  met: rest.both.p50 <= reachMb,
  n: rest.both.n,
  notes: [`${split(rest)}, ${settleSeconds} s after the start`],
});

async function openAndClose(stack: TestStack, windows: number): Promise<void> {
  const free = Array.from({ length: services }, (_, index) => `bit-${index + 1}`);
  await crowd(Array.from({ length: windows }), atATime, async () => {
    const name = free.shift()!;
    await openTarget(stack, name);
    await closeTarget(stack, name);
    free.push(name);
  });
}

interface Resident {
  gateway: Figures;
  madre: Figures;
  both: Figures;
}
const split = ({ gateway, madre }: Resident): string =>
  `gateway ${Math.round(gateway.p50)} MB, madre ${Math.round(madre.p50)} MB`;

/** Samples over some seconds, because garbage collection makes single values vary. */
async function resident(environment: Environment, stack: TestStack): Promise<Resident> {
  const taken: [gateway: number, madre: number][] = [];
  for (let n = 0; n < environment.samples(30); n += 1) {
    taken.push([residentMb(stack.gateway.pid()!), residentMb(stack.madre.pid()!)]);
    await sleep(200);
  }
  return {
    gateway: figures(taken.map(([gateway]) => gateway)),
    madre: figures(taken.map(([, madre]) => madre)),
    both: figures(taken.map(([gateway, madre]) => gateway + madre)),
  };
}
