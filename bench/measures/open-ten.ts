import type { TestStack } from '../../test/stack/stack.ts';
import type { Bed } from '../bed.ts';
import type { Measure, Result } from '../measure.ts';
import { figures, inTurns, median, ms, timed } from '../sample.ts';
import { booting, several, trivial } from '../services.ts';
import {
  closeTarget,
  closeTogether,
  containerOf,
  openTarget,
  openTogether,
} from '../stack-calls.ts';

const reach = 2;
const samples = 30;

/** Ten services in one window against one of them alone; all ten are alike, so each is the slowest. */
export const openTen: Measure = {
  name: 'open-ten',
  run: (bed) =>
    bed.onStack(
      { services: { ...several('slow', 10, booting), ...several('bit', 10, trivial) } },
      async (stack) => {
        const slow = await tenAndOne(stack, 'slow', bed.samples(samples));
        const bit = await tenAndOne(stack, 'bit', bed.samples(samples));
        const raw = median(await rawTen(bed, stack, 'bit', bed.samples(samples / 2)));
        return [
          resultOf('open-ten, services that take 2 s to boot', slow, [
            'what the Engine does one by one is hidden behind what the services themselves take',
          ]),
          resultOf('open-ten, trivial services', bit, [
            `ten raw starts at once take the Engine ${ms(raw)}, ${(raw / median(bit.one)).toFixed(1)} × one such window: it starts containers on networks one after the other for most of the way, and nothing hides that`,
          ]),
        ];
      },
    ),
};

interface Taken {
  ten: number[];
  one: number[];
}

function resultOf(name: string, taken: Taken, notes: string[]): Result {
  const [ours, plain] = [figures(taken.ten), figures(taken.one)];
  const ratio = ours.p50 / plain.p50;
  const bar = `≤ ${reach} × one of them alone`;
  return { name, unit: 'ms', ours, plain, ratio, bar, met: ratio <= reach, n: ours.n, notes };
}

const namesOf = (prefix: string): string[] =>
  Array.from({ length: 10 }, (_, index) => `${prefix}-${index + 1}`);

async function tenAndOne(stack: TestStack, prefix: string, n: number): Promise<Taken> {
  const names = namesOf(prefix);
  const [ten, one]: [number[], number[]] = [[], []];
  const openAll = async (): Promise<void> => {
    const [took, { window_id }] = await timed(() => openTogether(stack, names));
    ten.push(took);
    await closeTogether(stack, window_id);
  };
  await openAll(); // creates them
  ten.length = 0;
  await inTurns(n, openAll, async () => {
    const name = names[one.length % names.length]!;
    one.push((await timed(() => openTarget(stack, name)))[0]);
    await closeTarget(stack, name);
  });
  return { ten, one };
}

/** Ten starts at the same moment, by dockerode alone. */
async function rawTen(bed: Bed, stack: TestStack, prefix: string, n: number): Promise<number[]> {
  const containers = namesOf(prefix).map((name) =>
    bed.docker.getContainer(containerOf(stack, name)),
  );
  const taken: number[] = [];
  for (let round = 0; round < n; round += 1) {
    const all = () => Promise.all(containers.map((container) => container.start()));
    taken.push((await timed(all))[0]);
    await Promise.all(containers.map((container) => container.stop()));
  }
  return taken;
}
