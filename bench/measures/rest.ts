import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from '../measure.ts';
import { cpuMs, enginePid } from '../process.ts';
import { several, trivial } from '../services.ts';
import { restart } from './restart.ts';

const reachPercent = 1;
const seconds = 60;
const settleSeconds = 30;

/** CPU time of gateway and madre while nothing is asked of them, children and threads included. */
export const rest: Measure = {
  name: 'rest',
  run: (bed) =>
    bed.onStack({ services: several('bit', 10, trivial) }, async (stack) => {
      await restart(stack);
      await sleep(settleSeconds * 1000);
      const pids = {
        gateway: stack.gateway.pid()!,
        madre: stack.madre.pid()!,
        Temporal: bed.temporal.pid()!,
        ...(enginePid() !== undefined && { dockerd: enginePid()! }),
      };
      const duration = bed.quick ? 15 : seconds;
      const before = Object.entries(pids).map(([name, pid]) => [name, pid, cpuMs(pid)] as const);
      await sleep(duration * 1000);
      const share = new Map(
        before.map(([name, pid, cpu]) => [name, (cpuMs(pid) - cpu) / (duration * 10)]),
      );
      const both = share.get('gateway')! + share.get('madre')!;
      const told = [...share].map(([name, percent]) => `${name} ${percent.toFixed(2)} %`);
      return [
        {
          name: 'cost at rest',
          unit: '%',
          ours: { p50: both, p95: both, n: 1 },
          plain: null,
          bar: `gateway + madre < ${reachPercent} % of one core over ${seconds} s`,
          met: both < reachPercent,
          n: 1,
          notes: [`${told.join(', ')}; of Temporal and dockerd everything that this machine does`],
        },
      ];
    }),
};
