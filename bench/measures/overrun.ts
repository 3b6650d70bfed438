import type { TestStack } from '../../test/stack/stack.ts';
import { until } from '../../test/stack/wait.ts';
import type { Environment } from '../environment.ts';
import type { Measure } from '../measure.ts';
import { crowd, figures, ms, percentile } from '../sample.ts';
import { bare, several } from '../services.ts';
import { containerOf, findWindow, openTarget } from '../stack-calls.ts';

const reachMs = 500;
const windows = 50;
const rounds = 2;
const names = Array.from({ length: windows }, (_, index) => `bit-${index + 1}`);

interface Lateness {
  /** From the receipt: stopped − deadline − the service's own stop time, in ms. Null if the receipt has no stop time. */
  own: number | null;
  /** From the Engine: finished − deadline, in ms. */
  whole: number;
  by: string;
}

/** How late windows end after their deadlines, with 50 windows open. */
export const overrun: Measure = {
  name: 'overrun',
  run: (environment) =>
    environment.onStack({ services: several('bit', windows, bare) }, async (stack) => {
      const spread: Lateness[] = [];
      for (let round = 0; round < (environment.quick ? 1 : rounds); round += 1) {
        const late = await roundOf(environment, stack, () => 6 + Math.floor(Math.random() * 10));
        spread.push(...late);
      }
      const together = await roundOf(environment, stack, () => 8);
      const own = ownOf(spread);
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
            `${windows} windows open, deadlines at random moments: ${latenessText(spread)}`,
            `all ${windows} deadlines within one second: ${latenessText(together)}`,
          ],
        },
      ];
    }),
};

const ownOf = (late: Lateness[]): number[] => late.flatMap(({ own }) => own ?? []);

function latenessText(late: Lateness[]): string {
  const own = ownOf(late);
  const whole = late.map((one) => one.whole);
  const stoppers = Map.groupBy(late, ({ by }) => by);
  const by = [...stoppers].map(([name, ended]) => `${ended.length} by ${name}`).join(', ');
  const silent = late.length - own.length;
  return (
    `p50 ${ms(percentile(own, 0.5))}, p99 ${ms(percentile(own, 0.99))}; including the stop itself, by the Engine's times, ` +
    `p50 ${ms(percentile(whole, 0.5))}, p99 ${ms(percentile(whole, 0.99))}; stopped ${by}` +
    (silent > 0 ? `; **receipts without the time of the stop: ${silent}**` : '')
  );
}

/** Opens all windows, then sets the final TTL of each, in seconds, and waits for the receipts. */
async function roundOf(
  environment: Environment,
  stack: TestStack,
  ttl: () => number,
): Promise<Lateness[]> {
  const ids = new Map<string, string>();
  await crowd(names, 8, async (name) => {
    await openTarget(stack, name);
  });
  await crowd(names, 8, async (name) => {
    ids.set(name, (await openTarget(stack, name, ttl())).window_id);
  });
  const late: Lateness[] = [];
  for (const [name, id] of ids) late.push(await latenessOf(environment, stack, name, id));
  return late;
}

async function latenessOf(
  environment: Environment,
  stack: TestStack,
  name: string,
  id: string,
): Promise<Lateness> {
  const receipt = await until(
    'the receipt is written',
    async () => (await findWindow(stack, id)).receipt,
    60_000,
  );
  const { State } = await environment.docker.getContainer(containerOf(stack, name)).inspect();
  const deadline = Date.parse(receipt.deadline!);
  const { stopped_at, stop_ms, stopped_by } = receipt.services[0]!;
  return {
    own: stopped_at === null ? null : Date.parse(stopped_at) - deadline - (stop_ms ?? 0),
    whole: Date.parse(State.FinishedAt) - deadline,
    by: stopped_by ?? 'an unknown actor',
  };
}
