import type { TestStack } from '../../test/stack/stack.ts';
import { until } from '../../test/stack/wait.ts';
import type { Bed } from '../bed.ts';
import type { Measure } from '../measure.ts';
import { crowd, figures, ms, percentile } from '../sample.ts';
import { bare, several } from '../services.ts';
import { containerOf, findWindow, openTarget } from '../stack-calls.ts';

const reachMs = 500;
const windows = 50;
const rounds = 2;
const names = Array.from({ length: windows }, (_, index) => `bit-${index + 1}`);

interface Lateness {
  /** From the receipt: stopped − deadline − what the service took to stop, in ms. Null where it does not tell. */
  own: number | null;
  /** From the Engine: finished − deadline, in ms. */
  whole: number;
  by: string;
}

/** How late deadlines are kept while 50 windows are open. */
export const overrun: Measure = {
  name: 'overrun',
  run: (bed) =>
    bed.onStack({ services: several('bit', windows, bare) }, async (stack) => {
      const spread: Lateness[] = [];
      for (let round = 0; round < (bed.quick ? 1 : rounds); round += 1) {
        const late = await roundOf(bed, stack, () => 6 + Math.floor(Math.random() * 10));
        spread.push(...late);
      }
      const together = await roundOf(bed, stack, () => 8);
      const own = toldOf(spread);
      const p99 = percentile(own, 0.99);
      return [
        {
          name: 'overrun',
          unit: 'ms',
          ours: figures(own),
          plain: null,
          bar: `p99 ≤ ${reachMs} ms`,
          met: p99 <= reachMs && own.length === spread.length,
          n: spread.length,
          notes: [
            `${windows} windows open, deadlines at random moments: ${told(spread)}`,
            `all ${windows} deadlines within one second: ${told(together)}`,
          ],
        },
      ];
    }),
};

const toldOf = (late: Lateness[]): number[] => late.flatMap(({ own }) => own ?? []);

function told(late: Lateness[]): string {
  const own = toldOf(late);
  const whole = late.map((one) => one.whole);
  const stoppers = Map.groupBy(late, ({ by }) => by);
  const by = [...stoppers].map(([name, ended]) => `${ended.length} by ${name}`).join(', ');
  const silent = late.length - own.length;
  return (
    `p50 ${ms(percentile(own, 0.5))}, p99 ${ms(percentile(own, 0.99))}; with the stop itself, as the Engine dates it, ` +
    `p50 ${ms(percentile(whole, 0.5))}, p99 ${ms(percentile(whole, 0.99))}; stopped ${by}` +
    (silent > 0 ? `; **receipts that do not tell when their service stopped: ${silent}**` : '')
  );
}

/** Opens all, then gives each its last TTL, in seconds; waits for the receipts. */
async function roundOf(bed: Bed, stack: TestStack, ttl: () => number): Promise<Lateness[]> {
  const ids = new Map<string, string>();
  await crowd(names, 8, async (name) => {
    await openTarget(stack, name);
  });
  await crowd(names, 8, async (name) => {
    ids.set(name, (await openTarget(stack, name, ttl())).window_id);
  });
  const late: Lateness[] = [];
  for (const [name, id] of ids) late.push(await latenessOf(bed, stack, name, id));
  return late;
}

async function latenessOf(bed: Bed, stack: TestStack, name: string, id: string): Promise<Lateness> {
  const receipt = await until(
    'its receipt is there',
    async () => (await findWindow(stack, id)).receipt,
    60_000,
  );
  const { State } = await bed.docker.getContainer(containerOf(stack, name)).inspect();
  const deadline = Date.parse(receipt.deadline!);
  const { stopped_at, stop_ms, stopped_by } = receipt.services[0]!;
  return {
    own: stopped_at === null ? null : Date.parse(stopped_at) - deadline - (stop_ms ?? 0),
    whole: Date.parse(State.FinishedAt) - deadline,
    by: stopped_by ?? 'nobody that it names',
  };
}
