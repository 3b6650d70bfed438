import { setTimeout as sleep } from 'node:timers/promises';
import type { TestStack } from '../../test/stack/stack.ts';
import { until } from '../../test/stack/wait.ts';
import type { Measure } from '../measure.ts';
import { cpuMs } from '../process.ts';
import { several, trivial } from '../services.ts';

const reachMs = 150;
const seconds = 40;
const settleSeconds = 15;

const loop = async (stack: TestStack, path: string, method = 'POST') =>
  (await stack.call(method, `/madre/v3/autonomous/${path}`, method === 'POST' ? {} : undefined))
    .body as { rounds: number; running: boolean };

/** CPU time of a round of madre's loop that sees nothing new: what runs with it, less what runs without it. */
export const autonomy: Measure = {
  name: 'autonomy',
  run: (bed) =>
    bed.onStack(
      { services: several('bit', 10, trivial), env: { VX11_AUTONOMY_SECONDS: '1' } },
      async (stack) => {
        const pids = { madre: stack.madre.pid()!, Temporal: bed.temporal.pid()! };
        const duration = (bed.quick ? 15 : seconds) * 1000;
        const spent = async () => {
          const before = { madre: cpuMs(pids.madre), Temporal: cpuMs(pids.Temporal) };
          await sleep(duration);
          return {
            madre: cpuMs(pids.madre) - before.madre,
            Temporal: cpuMs(pids.Temporal) - before.Temporal,
          };
        };
        await sleep(settleSeconds * 1000);
        const without = await spent();
        await until('the loop starts', async () => (await loop(stack, 'start')).running);
        await sleep(settleSeconds * 1000);
        const { rounds: first } = await loop(stack, 'status', 'GET');
        const withIt = await spent();
        const rounds = (await loop(stack, 'status', 'GET')).rounds - first;
        const each = {
          madre: (withIt.madre - without.madre) / rounds,
          Temporal: (withIt.Temporal - without.Temporal) / rounds,
        };
        return [
          {
            name: "CPU of a round of madre's loop at rest",
            unit: 'ms',
            ours: { p50: each.madre, p95: each.madre, n: 1 },
            plain: null,
            bar: `< ${reachMs} ms`,
            met: each.madre < reachMs,
            n: rounds,
            notes: [
              `${rounds} rounds in ${duration / 1000} s, ${each.Temporal.toFixed(1)} ms of Temporal beside it; at the default of one round in 30 s that is ${((each.madre + each.Temporal) / 300).toFixed(2)} % of a core`,
            ],
          },
        ];
      },
    ),
};
