import { setTimeout as sleep } from 'node:timers/promises';
import type { EventRecord } from '../../contracts/event.ts';
import { openStore } from '../../store/index.ts';
import type { TestStack } from '../../test/stack/stack.ts';
import type { Environment } from '../environment.ts';
import { startFloor } from '../floor/floor.ts';
import { inTurns, timed } from '../sample.ts';
import { trivial } from '../services.ts';
import { closeTarget, containerOf, madreSeconds, openTarget } from '../stack-calls.ts';

/** One window on a trivial service, from open to close. Durations in ms, instants in epoch ms. */
export interface Ours {
  openMs: number;
  closeMs: number;
  /** The Engine's share, as madre measured it. */
  engineStartMs: number;
  engineStopMs: number;
  calledOpen: number;
  calledClose: number;
  events: Map<EventRecord['type'], number>;
}
/** The same container with dockerode alone. */
export interface Plain {
  /** Start and inspect. */
  openMs: number;
  closeMs: number;
}
export interface Cycles {
  ours: Ours[];
  plain: Plain[];
  /** An empty workflow with the same messages and hops. */
  floor: { openMs: number; closeMs: number }[];
  /** One transaction that appends one event to the store of the stack. */
  writeMs: number[];
}

/** Lets the follow-up work of a cycle finish before the next one. */
const pauseMs = 100;
const samples = 40;

/** Opens and closes one service with VX11 and with dockerode, alternately. For the measures `open` and `close`. */
export const cycles = (environment: Environment): Promise<Cycles> =>
  environment.once('cycles', () =>
    environment.onStack({ services: { tiny: trivial, other: trivial } }, async (stack) => {
      const floor = await startFloor(environment);
      await openTarget(stack, 'other'); // keeps the guard running, as on a machine in use
      await ourCycle(stack); // creates the container and warms up all code
      const taken: Cycles = { ours: [], plain: [], floor: [], writeMs: [] };
      const ids: string[] = [];
      const one = async (): Promise<void> => {
        const { id, ...ours } = await ourCycle(stack);
        ids.push(id);
        taken.ours.push(ours);
        await sleep(pauseMs);
        const empty = await floor.open();
        taken.floor.push({ openMs: empty.openMs, closeMs: await empty.close() });
      };
      await inTurns(environment.samples(samples), one, async () => {
        taken.plain.push(await plainCycle(environment, stack));
        await sleep(pauseMs);
      });
      await readStore(stack, ids, taken);
      return taken;
    }),
  );

async function ourCycle(stack: TestStack): Promise<Ours & { id: string }> {
  const before = await engineSeconds(stack);
  const calledOpen = Date.now();
  const [openMs, { window_id: id }] = await timed(() => openTarget(stack, 'tiny'));
  await sleep(pauseMs);
  const calledClose = Date.now();
  const [closeMs] = await timed(() => closeTarget(stack, 'tiny'));
  const after = await engineSeconds(stack);
  const engineStartMs = (after.start - before.start) * 1000;
  const engineStopMs = (after.stop - before.stop) * 1000;
  if (!(engineStartMs > 0 && engineStopMs > 0))
    throw new Error('madre has not counted the start and the stop of this cycle in its metrics');
  const engine = { engineStartMs, engineStopMs };
  return { id, openMs, closeMs, ...engine, calledOpen, calledClose, events: new Map() };
}

/** The Engine's starts and stops so far, in seconds, from madre's histograms. */
const engineSeconds = async (stack: TestStack): Promise<{ start: number; stop: number }> => ({
  start: await madreSeconds(stack, 'vx11_service_start_seconds'),
  stop: await madreSeconds(stack, 'vx11_service_stop_seconds'),
});

/** Madre is frozen meanwhile, because it would observe the container and slow dockerode down. */
async function plainCycle(environment: Environment, stack: TestStack): Promise<Plain> {
  const container = environment.docker.getContainer(containerOf(stack, 'tiny'));
  const madre = stack.madre.pid()!;
  process.kill(madre, 'SIGSTOP');
  try {
    const [openMs] = await timed(async () => {
      await container.start();
      return container.inspect();
    });
    await sleep(pauseMs);
    const [closeMs] = await timed(() => container.stop());
    return { openMs, closeMs };
  } finally {
    process.kill(madre, 'SIGCONT');
  }
}

/** Reads when each step of each window was stored, and times single writes. */
async function readStore(stack: TestStack, ids: string[], taken: Cycles): Promise<void> {
  const store = await openStore(stack.env.VX11_STORE_URL!);
  try {
    for (const event of await store.events.after(0, 100_000)) {
      const nth = ids.indexOf(event.window_id ?? '');
      if (nth >= 0) taken.ours[nth]!.events.set(event.type, Date.parse(event.at));
    }
    for (let n = 0; n < taken.ours.length; n += 1) {
      const probe = { type: 'process.started' as const, at: Date.now(), actor: 'bench' };
      taken.writeMs.push((await timed(() => store.events.append([probe])))[0]);
      await sleep(5);
    }
  } finally {
    await store.close();
  }
}
