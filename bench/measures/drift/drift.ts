import { judge } from '../../../domain/drift/judge.ts';
import {
  factsOf,
  readoutOf,
  recordedStacks,
  type RecordedStack,
} from '../../../test/domain/drift/recorded.ts';
import type { Measure } from '../../measure.ts';
import { figures, ms, timed } from '../../sample.ts';
import { falseFindings, kindsFound } from './findings.ts';

/** What an audit of so many services may take of this process, beside Compose and the Engine. */
const barMs = 1500;
const services = 200;

/** How long comparing and judging of 200 services takes, from what Compose and the Engine said of recorded stacks. */
export const drift: Measure = {
  name: 'drift',
  async compute(quick) {
    const stacks = atLeast(services);
    const count = stacks.reduce((sum, { running }) => sum + running.containers.length, 0);
    const samples: number[] = [];
    for (let nth = 0; nth < (quick ? 3 : 30); nth += 1) {
      const [took, found] = await timed(async () =>
        stacks.flatMap((stack) => judge(factsOf(stack, readoutOf(stack, 'running'), true))),
      );
      if (found.length > 0) throw new Error(`${found.length} findings in untouched stacks`);
      samples.push(took);
    }
    const ours = figures(samples);
    const name = `comparing ${count} containers of ${stacks.length} stacks with their files`;
    const notes = [
      `the first time in a process: ${ms(samples[0]!)}; parsing Compose's output and hashing are in it`,
    ];
    const met = ours.p95 <= barMs;
    const compared = {
      name,
      unit: 'ms' as const,
      ours,
      plain: null,
      bar: `≤ ${barMs} ms`,
      met,
      n: ours.n,
      notes,
    };
    return [compared, falseFindings(), kindsFound()];
  },
};

/** So many recorded stacks that they have this many containers. */
function atLeast(wanted: number): RecordedStack[] {
  const taken: RecordedStack[] = [];
  let containers = 0;
  const all = recordedStacks();
  for (let at = 0; containers < wanted; at = (at + 1) % all.length) {
    taken.push(all[at]!);
    containers += all[at]!.running.containers.length;
  }
  return taken;
}
