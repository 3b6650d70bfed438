import type { Environment } from '../../environment.ts';
import type { Measure, Result } from '../../measure.ts';
import { residentMb } from '../../process.ts';
import { crowd, figures, inTurns, ms, timed } from '../../sample.ts';
import { several, trivial } from '../../services.ts';
import { openTarget } from '../../stack-calls.ts';
import type { TestStack } from '../../../test/stack/stack.ts';
import { connectAgent, revisions, type BenchAgent, type Revision } from './agent.ts';
import { bridgeReady } from './bridge.ts';

const bars = { listMs: 5, callRatio: 1.5, growth: 1.1 };
const warmUp = 500;
const atATime = 8;

/** The agents' door: what a list and a call cost, what is left of 25,000 calls, and how soon `vx11 mcp` answers. */
export const mcp: Measure = {
  name: 'mcp',
  run: (environment) =>
    environment.onStack(
      { services: { ...several('bit', 10, trivial), mcp: trivial } },
      async (stack) => {
        const { window_id } = await openTarget(stack, 'bit-1');
        await openTarget(stack, 'mcp');
        const agent = await connectAgent(stack);
        try {
          return [
            await list(environment, agent),
            ...(await calls(environment, agent, window_id)),
            await memory(environment, stack, agent, window_id),
            await bridgeReady(environment, stack.url, agent.token),
          ];
        } finally {
          await agent.close();
        }
      },
    ),
};

const repeat = async (times: number, work: () => Promise<void>): Promise<number[]> => {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) took.push((await timed(work))[0]);
  return took;
};

async function list({ samples, quick }: Environment, agent: BenchAgent): Promise<Result> {
  const work = () => agent.mcp('tools/list');
  const [first] = await timed(work);
  await repeat(quick ? 50 : warmUp, work);
  const ours = figures(await repeat(samples(1000), work));
  return {
    name: 'mcp: tools/list',
    unit: 'ms',
    ours,
    plain: null,
    bar: `≤ ${bars.listMs} ms`,
    met: ours.p50 <= bars.listMs,
    n: ours.n,
    notes: [`the first call of the gateway's life, which loads the SDK, took ${ms(first)}`],
  };
}

type Pair = [revision: Revision, tool: string, args: object, path: string];

/** A tool beside the route that reads the same, over one connection and in alternating order. */
async function calls(
  { samples, quick }: Environment,
  agent: BenchAgent,
  window_id: string,
): Promise<Result[]> {
  const pairs = revisions.flatMap((revision): Pair[] => [
    [revision, 'vx11_window', { window_id }, `/vx11/windows/${window_id}`],
    [revision, 'vx11_status', {}, '/vx11/status'],
  ]);
  const results = [];
  for (const [revision, name, args, path] of pairs) {
    const tool = () => agent.mcp('tools/call', { name, arguments: args }, revision);
    const route = () => agent.get(path);
    const [ours, plain]: number[][] = [[], []];
    const turns = (times: number) =>
      inTurns(
        times,
        async () => void ours!.push((await timed(tool))[0]),
        async () => void plain!.push((await timed(route))[0]),
      );
    await turns(quick ? 50 : warmUp);
    [ours!, plain!].forEach((taken) => taken.splice(0));
    await turns(samples(1000));
    const sdk = await repeat(samples(500), () => agent.mcp('server/discover'));
    const [mine, theirs] = [figures(ours!), figures(plain!)];
    const ratio = mine.p50 / theirs.p50;
    results.push({
      name: `mcp: tools/call ${name}, ${revision}`,
      unit: 'ms' as const,
      ours: mine,
      plain: theirs,
      ratio,
      bar: `≤ ${bars.callRatio} × GET ${path.replace(window_id, '…')}`,
      met: ratio <= bars.callRatio,
      n: mine.n,
      notes: [
        `server/discover, which goes through the SDK's handler for HTTP, takes ${ms(figures(sdk).p50)} over the same route`,
      ],
    });
  }
  return results;
}

/** Resident memory of the gateway through lists and calls, from the first tenth on. */
async function memory(
  environment: Environment,
  stack: TestStack,
  agent: BenchAgent,
  window_id: string,
): Promise<Result> {
  const total = environment.quick ? 2500 : 25_000;
  const taken: number[] = [];
  const tenth = async (): Promise<void> => {
    const nths = Array.from({ length: total / 10 }, (_, nth) => nth);
    await crowd(nths, atATime, (nth) =>
      nth % 10 === 0
        ? agent.mcp('tools/list')
        : agent.mcp('tools/call', { name: 'vx11_window', arguments: { window_id } }),
    );
    taken.push(residentMb(stack.gateway.pid()!));
  };
  const [took] = await timed(async () => {
    for (let n = 0; n < 10; n += 1) await tenth();
  });
  const [first, last] = [taken[0]!, taken.at(-1)!];
  const one = (value: number) => ({ p50: value, p95: value, n: 1 });
  return {
    name: `mcp: gateway after ${total} calls`,
    unit: 'MB',
    ours: one(last),
    plain: one(first),
    ratio: last / first,
    bar: `≤ ${bars.growth} × after the first tenth`,
    met: last <= bars.growth * first,
    n: total,
    notes: [
      `after each tenth ${taken.map((value) => Math.round(value)).join(', ')} MB; ${Math.round((total * 1000) / took)} calls/s, ${atATime} at a time`,
    ],
  };
}
