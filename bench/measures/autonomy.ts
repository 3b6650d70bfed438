import { setTimeout as sleep } from 'node:timers/promises';
import { says, startFakeProvider } from '../../test/activities/providers/fake-provider.ts';
import type { TestStack } from '../../test/stack/stack.ts';
import { until } from '../../test/stack/wait.ts';
import type { Bed } from '../bed.ts';
import type { Measure, Result } from '../measure.ts';
import { cpuMs } from '../process.ts';
import { several, trivial } from '../services.ts';
import { metricsText } from '../stack-calls.ts';

const reachMs = 150;
const seconds = 40;
const settleSeconds = 15;

/** A model that would rather wait: what it was asked about stays there to be asked about again. */
const advice = JSON.stringify({ choice: 'wait', confidence: 1, reasoning: 'there is time' });

const loop = async (stack: TestStack, path: string, method = 'POST') =>
  (await stack.call(method, `/madre/v3/autonomous/${path}`, method === 'POST' ? {} : undefined))
    .body as { rounds: number; running: boolean };

/** Rounds by whether they saw anything new, as madre counts them. */
async function roundsOf(stack: TestStack): Promise<{ same: number; changed: number }> {
  const text = await metricsText(stack);
  const of = (outcome: string): number =>
    Number(
      new RegExp(`^vx11_autonomy_rounds_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(
        text,
      )?.[1] ?? 0,
    );
  return { same: of('same'), changed: of('changed') };
}

interface Cpu {
  madre: number;
  Temporal: number;
}

/** CPU time of a while, in ms: rounds run in madre, and on Temporal. */
async function spentIn(ms: number, pids: Cpu): Promise<Cpu> {
  const now = (): Cpu => ({ madre: cpuMs(pids.madre), Temporal: cpuMs(pids.Temporal) });
  const before = now();
  await sleep(ms);
  const after = now();
  return { madre: after.madre - before.madre, Temporal: after.Temporal - before.Temporal };
}

/**
 * What a round of madre's loop costs that sees nothing new: CPU of what runs with it less what runs without it, and calls to
 * a model. That calls are counted is shown by one that something new leads to; the rounds after it, which see the same and
 * could ask again, must not.
 */
async function measured(bed: Bed, stack: TestStack, asked: () => number): Promise<Result> {
  const pids = { madre: stack.madre.pid()!, Temporal: bed.temporal.pid()! };
  const duration = (bed.quick ? 15 : seconds) * 1000;
  await sleep(settleSeconds * 1000);
  const without = await spentIn(duration, pids);
  await until('the loop starts', async () => (await loop(stack, 'start')).running);
  await sleep(settleSeconds * 1000);
  const [first, callsAtRest] = [(await loop(stack, 'status', 'GET')).rounds, asked()];
  const withIt = await spentIn(duration, pids);
  const rounds = (await loop(stack, 'status', 'GET')).rounds - first;
  const atRest = asked() - callsAtRest;

  const payload = { domain: 'db', intent_type: 'db_sanity' };
  await stack.call('POST', '/madre/intent', { type: 'incident', payload });
  await until('the model is asked about something new', async () => asked() > callsAtRest + atRest);
  const [before, calls] = [await roundsOf(stack), asked()];
  await sleep(duration);
  const after = await roundsOf(stack);
  const [same, changed] = [after.same - before.same, after.changed - before.changed];
  // none is forgiven: what madre takes to be new, and asks about, has to be new
  const needless = asked() - calls;

  const each = (name: keyof Cpu): number => (withIt[name] - without[name]) / rounds;
  const cost = each('madre') + each('Temporal');
  const whole = (withIt.madre + withIt.Temporal) / rounds;
  const isQuiet = atRest === 0 && needless === 0 && rounds > 0 && same + changed > 0;
  return {
    name: "a round of madre's loop that sees nothing new",
    unit: 'ms',
    ours: { p50: cost, p95: cost, n: 1 },
    plain: null,
    bar: `< ${reachMs} ms of CPU, and no call to a model`,
    met: cost < reachMs && isQuiet,
    n: rounds,
    notes: [
      `madre ${each('madre').toFixed(1)} ms, Temporal ${each('Temporal').toFixed(1)} ms, over ${rounds} rounds in ${duration / 1000} s, less what both use without the loop; with it ${whole.toFixed(1)} ms; at the default of one round in 30 s that is ${(cost / 300).toFixed(2)} % of a core`,
      `calls to a model: ${atRest} in ${rounds} rounds at rest; 1 about an intent of a scanner, which it advises to leave for now; ${needless} in ${same + changed} rounds that still saw it (${changed} of which saw something else that was new)`,
    ],
  };
}

export const autonomy: Measure = {
  name: 'autonomy',
  async run(bed) {
    const model = await startFakeProvider(says(advice));
    bed.atEnd(() => model.close());
    const env = {
      VX11_AUTONOMY_SECONDS: '1',
      VX11_LLM_BASE_URL: model.url,
      VX11_LLM_MODEL: 'small',
    };
    const services = several('bit', 10, trivial);
    return bed.onStack({ services, env }, async (stack) => [
      await measured(bed, stack, () => model.received.length),
    ]);
  },
};
