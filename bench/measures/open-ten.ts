import type { TestStack } from '../../test/stack/stack.ts';
import type { Environment } from '../environment.ts';
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

/** Ten identical services in one window, compared with one of them alone. */
export const openTen: Measure = {
  name: 'open-ten',
  run: (environment) =>
    environment.onStack(
      { services: { ...several('slow', 10, booting), ...several('bit', 10, trivial) } },
      async (stack) => {
        const slow = await tenAndOne(stack, 'slow', environment.samples(samples));
        const bit = await tenAndOne(stack, 'bit', environment.samples(samples));
        const raw = median(
          await rawTen(environment, stack, 'bit', environment.samples(samples / 2)),
        );
        return [
          resultOf('open-ten, services that take 2 s to boot', slow, [
            "the Engine's serial work is hidden behind the boot time of the services",
          ]),
          resultOf('open-ten, trivial services', bit, [
            `ten raw starts at once take the Engine ${ms(raw)}, ${(raw / median(bit.one)).toFixed(1)} × one such window, because it starts containers on networks mostly one after the other`,
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

/** Times ten simultaneous starts with dockerode alone. */
async function rawTen(
  environment: Environment,
  stack: TestStack,
  prefix: string,
  n: number,
): Promise<number[]> {
  const containers = namesOf(prefix).map((name) =>
    environment.docker.getContainer(containerOf(stack, name)),
  );
  const taken: number[] = [];
  for (let round = 0; round < n; round += 1) {
    const all = () => Promise.all(containers.map((container) => container.start()));
    taken.push((await timed(all))[0]);
    await Promise.all(containers.map((container) => container.stop()));
  }
  return taken;
}
