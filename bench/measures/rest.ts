import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from '../measure.ts';
import { cpuMs, enginePid } from '../process.ts';
import { several, trivial } from '../services.ts';
import { restart } from './restart.ts';

const reachPercent = 1;
const seconds = 60;
const settleSeconds = 30;
/** As `npm start` has it; stacks of tests share a Temporal, and their ants hardly look. */
const atRest = { VX11_ANTS_SECONDS: '30' };

/** CPU time of the idle gateway and madre, including children and threads. */
export const rest: Measure = {
  name: 'rest',
  run: (environment) =>
    environment.onStack({ services: several('bit', 10, trivial), env: atRest }, async (stack) => {
      await restart(stack);
      await sleep(settleSeconds * 1000);
      const pids = {
        gateway: stack.gateway.pid()!,
        madre: stack.madre.pid()!,
        Temporal: environment.temporal.pid()!,
        ...(enginePid() !== undefined && { dockerd: enginePid()! }),
      };
      const duration = environment.quick ? 15 : seconds;
      const before = Object.entries(pids).map(([name, pid]) => [name, pid, cpuMs(pid)] as const);
      await sleep(duration * 1000);
      const share = new Map(
        before.map(([name, pid, cpu]) => [name, (cpuMs(pid) - cpu) / (duration * 10)]),
      );
      const both = share.get('gateway')! + share.get('madre')!;
      const shares = [...share].map(([name, percent]) => `${name} ${percent.toFixed(2)} %`);
      return [
        {
          name: 'cost at rest',
          unit: '%',
          ours: { p50: both, p95: both, n: 1 },
          plain: null,
          bar: `gateway + madre < ${reachPercent} % of one core over ${seconds} s`,
          met: both < reachPercent,
          n: 1,
          notes: [
            `${shares.join(', ')}; the shares of Temporal and dockerd include all their other work on this machine`,
          ],
        },
      ];
    }),
};
