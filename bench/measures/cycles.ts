import { setTimeout as sleep } from 'node:timers/promises';
import type { EventRecord } from '../../contracts/event.ts';
import { openStore } from '../../store/index.ts';
import type { TestStack } from '../../test/stack/stack.ts';
import type { Bed } from '../bed.ts';
import { startFloor } from '../floor/floor.ts';
import { inTurns, timed } from '../sample.ts';
import { trivial } from '../services.ts';
import { closeTarget, containerOf, madreSeconds, openTarget } from '../stack-calls.ts';

/** One window on a trivial service from open to close, in ms; instants in epoch ms. */
export interface Ours {
  openMs: number;
  closeMs: number;
  /** What the Engine took of it, as madre measured it. */
  engineStartMs: number;
  engineStopMs: number;
  calledOpen: number;
  calledClose: number;
  events: Map<EventRecord['type'], number>;
}
/** The same container through dockerode alone. */
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

/** Lets what a cycle has nudged come to rest before the next one. */
const pauseMs = 100;
const samples = 40;

/** Opens and closes one service through us and through dockerode, in turns. Serves `open` and `close`. */
export const cycles = (bed: Bed): Promise<Cycles> =>
  bed.once('cycles', () =>
    bed.onStack({ services: { tiny: trivial, other: trivial } }, async (stack) => {
      const floor = await startFloor(bed);
      await openTarget(stack, 'other'); // so the guard is up, as it is on a machine in use
      await ourCycle(stack); // creates the container, warms all paths
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
      await inTurns(bed.samples(samples), one, async () => {
        taken.plain.push(await plainCycle(bed, stack));
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

/** madre is frozen meanwhile: it would look at what happens, and take time away from the plain thing. */
async function plainCycle(bed: Bed, stack: TestStack): Promise<Plain> {
  const container = bed.docker.getContainer(containerOf(stack, 'tiny'));
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

/** When each step of each window was written down, and what one write takes. */
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
