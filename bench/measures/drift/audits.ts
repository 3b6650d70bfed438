import { setTimeout as sleep } from 'node:timers/promises';
import type { DriftAudit, DriftAuditAnswer } from '../../../contracts/drift.ts';
import { startManifestator } from '../../../test/stack/manifestator-program.ts';
import type { TestStack } from '../../../test/stack/stack.ts';
import type { Environment } from '../../environment.ts';
import type { Measure, Result } from '../../measure.ts';
import { residentMb } from '../../process.ts';
import { figures, median, ms, timed } from '../../sample.ts';
import { bare, several } from '../../services.ts';
import { openTarget } from '../../stack-calls.ts';
import { comparedByOpening } from './opening.ts';

const services = 200;
const bars = { againMs: 300, slopeMb: 1 };
/** So many audits that a leak of a few KB each would show. */
const repetitions = 300;
/** Memory of the first audits grows by what they compile and cache. */
const warmUps = 50;
const restMs = 40_000;

/** What an audit of a large stack takes from the call to the answer, and what many of them leave in madre's memory. */
export const audits: Measure = {
  name: 'audits',
  run: (environment) =>
    environment.onStack(
      {
        services: { manifestator: bare, ...several('bit', services, bare) },
        before: async ({ docker, composeFile }) =>
          void (await docker('compose', '--progress', 'quiet', '-f', composeFile, 'create')),
      },
      async (stack) => {
        const manifestator = startManifestator(stack);
        try {
          await openTarget(stack, 'manifestator');
          return [
            await again(environment, stack),
            await memorySlope(environment, stack),
            await comparedByOpening(environment, stack),
          ];
        } finally {
          await manifestator.stop();
        }
      },
    ),
};

/** One audit, which has to find nothing. */
async function audit(stack: TestStack): Promise<DriftAudit> {
  const { status, body } = await stack.call('POST', '/manifestator/drift/audit', {});
  const { audit: ended, drift_items } = body as DriftAuditAnswer;
  if (status === 200 && ended?.status === 'done' && drift_items === 0) return ended;
  throw new Error(`an audit ended with ${JSON.stringify(body).slice(0, 300)}`);
}

async function again(environment: Environment, stack: TestStack): Promise<Result> {
  const [first] = await timed(() => audit(stack));
  const [whole, reads]: [number[], number[]] = [[], []];
  for (let nth = 0; nth < environment.samples(15); nth += 1) {
    const [took, { read_ms }] = await timed(() => audit(stack));
    whole.push(took);
    reads.push(read_ms!);
  }
  const ours = figures(whole);
  return {
    name: `audit of ${services} services asleep, unchanged since the one before`,
    unit: 'ms',
    ours,
    plain: null,
    bar: `≤ ${bars.againMs} ms`,
    met: ours.p50 <= bars.againMs,
    n: ours.n,
    notes: [
      `from the call to the answer; ${ms(median(reads))} of it read Compose and the Engine; the first one took ${ms(first)}`,
    ],
  };
}

/** The slope of a straight line through madre's resident memory after each audit. */
async function memorySlope({ quick }: Environment, stack: TestStack): Promise<Result> {
  const count = quick ? 100 : repetitions;
  const points: number[] = [];
  for (let nth = 0; nth < warmUps; nth += 1) await audit(stack);
  for (let nth = 0; nth < count; nth += 1) {
    await audit(stack);
    points.push(residentMb(stack.madre.pid()!));
  }
  const per100 = slopeOf(points) * 100;
  await sleep(restMs);
  return {
    name: `memory of madre over ${count} audits, each 100`,
    unit: 'MB',
    ours: { p50: per100, p95: per100, n: count },
    plain: null,
    bar: `≤ ${bars.slopeMb} MB more`,
    met: per100 <= bars.slopeMb,
    n: count,
    notes: [
      `${mb(points[0]!)} at first, ${mb(points[Math.floor(count / 2)]!)} half-way, ${mb(points.at(-1)!)} at last; ${mb(residentMb(stack.madre.pid()!))} after ${restMs / 1000} s of rest`,
    ],
  };
}

const mb = (value: number): string => `${Math.round(value)} MB`;

/** By least squares, a step. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const [up, across] = values.reduce<[number, number]>(
    ([sum, squares], one, at) => [sum + (at - middle) * (one - mean), squares + (at - middle) ** 2],
    [0, 0],
  );
  return up / across;
}
