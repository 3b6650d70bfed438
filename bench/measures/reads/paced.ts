import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestStack } from '../../../test/stack/stack.ts';
import type { Environment } from '../../environment.ts';
import type { Result } from '../../measure.ts';
import { inTurns, median, ms } from '../../sample.ts';
import { bareRoute } from './bare.ts';

const reachMs = 5;
const perSecond = 1000;
const seconds = 4;
const rounds = 3;
const pacer = new URL('../../pacer.ts', import.meta.url).pathname;

interface Paced {
  p50: number;
  p95: number;
  p99: number;
  n: number;
  refused: number;
}

/** Latency at a constant 1,000 requests/s, sent whether or not answers arrive. */
export async function paced(
  environment: Environment,
  stack: TestStack,
  path: string,
): Promise<Result> {
  const pace = async (url: string): Promise<Paced> => {
    const args = [pacer, url, stack.token, String(perSecond), String(seconds)];
    return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as Paced;
  };
  const bare = await bareRoute(stack, path);
  try {
    const [ours, plain]: [Paced[], Paced[]] = [[], []];
    await inTurns(
      environment.quick ? 1 : rounds,
      async () => void ours.push(await pace(stack.url + path)),
      async () => void plain.push(await pace(bare.url)),
    );
    const p99 = typical(ours, 'p99');
    const refused = ours.reduce((sum, round) => sum + round.refused, 0);
    const n = ours.reduce((sum, round) => sum + round.n, 0);
    return {
      name: `reads at ${perSecond}/s ${path.replace('/bit-1', '/…')}`,
      unit: 'ms',
      ours: { p50: typical(ours, 'p50'), p95: typical(ours, 'p95'), n },
      plain: { p50: typical(plain, 'p50'), p95: typical(plain, 'p95'), n },
      bar: `p99 ≤ ${reachMs} ms`,
      met: p99 <= reachMs && refused === 0,
      n,
      notes: [
        `p99 ${ms(p99)}, of the bare route ${ms(typical(plain, 'p99'))}; medians of ${ours.length} alternating rounds of ${seconds} s; ${refused} not answered`,
      ],
    };
  } finally {
    await bare.stop();
  }
}

const typical = (taken: Paced[], share: 'p50' | 'p95' | 'p99'): number =>
  median(taken.map((round) => round[share]));
