import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import type { TestStack } from '../../../test/stack/stack.ts';
import type { Environment } from '../../environment.ts';
import type { CountingRelay } from '../../counting-relay.ts';
import type { Result } from '../../measure.ts';

const seconds = 12;

/** The calls that reads cause at the Engine and at Temporal: their traffic under load, compared with the same time at rest. */
export async function callsBehindReads(
  environment: Environment,
  stack: TestStack,
  paths: string[],
  to: { temporal: CountingRelay; engine: CountingRelay },
): Promise<Result> {
  const during = async (work: () => Promise<number>) => {
    const before = [to.temporal.sent(), to.engine.sent()] as const;
    const reads = await work();
    return {
      reads,
      temporal: to.temporal.sent() - before[0],
      engine: to.engine.sent() - before[1],
    };
  };
  const duration = environment.quick ? 5 : seconds;
  const headers = { 'x-vx11-token': stack.token };
  const load = async (): Promise<number> => {
    const requests = paths.map((path) => ({ path }));
    const run = await autocannon({ url: stack.url, headers, requests, connections: 16, duration });
    return run.requests.total;
  };
  const rest = await during(() => sleep(duration * 1000, 0));
  const loaded = await during(load);
  await Promise.all([to.temporal.cut(), to.engine.cut()]);
  const answers = await Promise.all(paths.map((path) => stack.call('GET', path)));
  const alone = answers.every(({ status }) => status === 200);
  const more = loaded.temporal + loaded.engine - rest.temporal - rest.engine;
  const perRead = Math.max(0, more) / loaded.reads;
  const one = (value: number) => ({ p50: value, p95: value, n: 1 });
  return {
    name: 'reads: calls behind them',
    unit: 'messages',
    ours: one(loaded.temporal + loaded.engine),
    plain: one(rest.temporal + rest.engine),
    difference: more,
    bar: 'no Docker or Temporal call per read',
    met: perRead < 0.001 && alone,
    n: loaded.reads,
    notes: [
      `during ${loaded.reads} reads in ${duration} s, ${loaded.engine} chunks were sent to the Engine and ${loaded.temporal} to Temporal; in the same time without reads ${rest.engine} and ${rest.temporal}`,
      `with both unreachable, reads were ${alone ? 'still answered' : 'NOT answered'}`,
    ],
  };
}
