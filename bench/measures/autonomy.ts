import { setTimeout as sleep } from 'node:timers/promises';
import { says, startFakeProvider } from '../../test/activities/providers/fake-provider.ts';
import type { TestStack } from '../../test/stack/stack.ts';
import { until } from '../../test/stack/wait.ts';
import type { Environment } from '../environment.ts';
import type { Measure, Result } from '../measure.ts';
import { cpuMs } from '../process.ts';
import { several, trivial } from '../services.ts';
import { metricsText } from '../stack-calls.ts';

const reachMs = 150;
const seconds = 40;
const settleSeconds = 15;

/** The model always advises to wait, so the situation stays and could be asked about again. */
const advice = JSON.stringify({ choice: 'wait', confidence: 1, reasoning: 'there is time' });

const loop = async (stack: TestStack, path: string, method = 'POST') =>
  (await stack.call(method, `/madre/v3/autonomous/${path}`, method === 'POST' ? {} : undefined))
    .body as { rounds: number; running: boolean };

/** Reads madre's count of rounds, by whether they saw anything new. */
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

/** Measures the CPU time of both processes over `ms`: rounds run in madre and on Temporal. */
async function spentIn(ms: number, pids: Cpu): Promise<Cpu> {
  const now = (): Cpu => ({ madre: cpuMs(pids.madre), Temporal: cpuMs(pids.Temporal) });
  const before = now();
  await sleep(ms);
  const after = now();
  return { madre: after.madre - before.madre, Temporal: after.Temporal - before.Temporal };
}

/**
 * Measures a round of madre's loop that sees nothing new: the CPU time with the loop less that without it, and the calls to
 * a model. A new intent, which leads to one call, shows that calls are counted; the rounds after it see the same and must
 * not call again.
 */
async function measured(
  environment: Environment,
  stack: TestStack,
  asked: () => number,
): Promise<Result> {
  const pids = { madre: stack.madre.pid()!, Temporal: environment.temporal.pid()! };
  const duration = (environment.quick ? 15 : seconds) * 1000;
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
  // no further call is allowed, even in rounds that madre counts as changed
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
      `madre ${each('madre').toFixed(1)} ms, Temporal ${each('Temporal').toFixed(1)} ms, over ${rounds} rounds in ${duration / 1000} s, less the CPU time of both without the loop; with it ${whole.toFixed(1)} ms; at the default of one round in 30 s that is ${(cost / 300).toFixed(2)} % of a core`,
      `calls to a model: ${atRest} in ${rounds} rounds at rest; 1 about an intent of a scanner, for which the model advises to wait; ${needless} in ${same + changed} rounds that still saw that intent (${changed} of them also saw something new)`,
    ],
  };
}

export const autonomy: Measure = {
  name: 'autonomy',
  async run(environment) {
    const model = await startFakeProvider(says(advice));
    environment.atEnd(() => model.close());
    const env = {
      VX11_AUTONOMY_SECONDS: '1',
      VX11_LLM_BASE_URL: model.url,
      VX11_LLM_MODEL: 'small',
    };
    const services = several('bit', 10, trivial);
    return environment.onStack({ services, env }, async (stack) => [
      await measured(environment, stack, () => model.received.length),
    ]);
  },
};
