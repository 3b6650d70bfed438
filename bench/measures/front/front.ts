import type { Measure, Result } from '../../measure.ts';
import { figures, median, ms, percentile } from '../../sample.ts';
import { startProgram } from './child.ts';
import { howToInstall, startLiteLlm } from './litellm.ts';

const bar = { p50: 3, p99: 10 };
/** Rounds, and requests of each way in a round. A server runs for weeks: what its first thousand requests compile is not measured. */
const whole = { warmUp: 12, rounds: 6, requests: 100 };
const quickly: typeof whole = { warmUp: 1, rounds: 2, requests: 20 };
const body = JSON.stringify({
  model: 'stand-in',
  messages: [{ role: 'user', content: 'Say hello to everybody in the room.' }],
});

/** What the front costs over a call straight to the same provider, and what LiteLLM's proxy costs in the same run. */
export const front: Measure = {
  name: 'front',
  async compute(quick) {
    await using end = new AsyncDisposableStack();
    const provider = await startProgram('stand-in.ts');
    end.defer(() => provider.stop());
    const other = await startLiteLlm(provider.line);
    end.defer(async () => other?.stop());
    const gateway = await startProgram('gateway-program.ts', provider.line);
    end.defer(() => gateway.stop());
    const ours = JSON.parse(gateway.line) as Ways[number];
    const ways: Ways = [
      { url: provider.line, token: '' },
      ours,
      ...(other === null ? [] : [other]),
    ];
    const [bare, taken, theirs] = await inRounds(ways, quick ? quickly : whole);
    return [resultOf(bare!, taken!, theirs ?? null)];
  },
};

type Ways = { url: string; token: string }[];

/** Asks one way after the other, so that disturbances affect all. Returns the ms of each request, by way. */
async function inRounds(
  ways: Ways,
  { warmUp, rounds, requests }: typeof whole,
): Promise<number[][]> {
  const taken: number[][] = ways.map(() => []);
  for (let round = 0; round < warmUp + rounds; round += 1)
    for (const [at, way] of ways.entries())
      for (let nth = 0; nth < requests; nth += 1) {
        const took = await ask(way);
        if (round >= warmUp) taken[at]!.push(took);
      }
  return taken;
}

async function ask({ url, token }: Ways[number]): Promise<number> {
  const began = performance.now();
  const answer = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  const { choices } = (await answer.json()) as { choices?: unknown[] };
  if (choices?.length !== 1) throw new Error(`${url} answered ${answer.status}`);
  return performance.now() - began;
}

function resultOf(bare: number[], taken: number[], theirs: number[] | null): Result {
  const added = (samples: number[], share: number): number =>
    percentile(samples, share) - percentile(bare, share);
  const p99 = added(taken, 0.99);
  const difference = median(taken) - median(bare);
  const beside =
    theirs === null
      ? `LiteLLM is not installed, so that it was not measured: ${howToInstall}`
      : `LiteLLM’s proxy in the same run adds ${ms(added(theirs, 0.5))} at the median and ${ms(added(theirs, 0.99))} at p99`;
  return {
    name: 'front: a chat through gateway and switch',
    unit: 'ms',
    ours: figures(taken),
    plain: figures(bare),
    difference,
    bar: `adds ≤ ${bar.p50} ms at the median, ≤ ${bar.p99} ms at p99`,
    met: difference <= bar.p50 && p99 <= bar.p99,
    n: taken.length,
    notes: [
      `adds ${ms(p99)} at p99 to a call straight to the same provider, one request after the other; gateway and switch share a process`,
      beside,
    ],
  };
}
