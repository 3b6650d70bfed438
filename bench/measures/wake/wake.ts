import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import { freePort } from '../../../test/stack/temporal.ts';
import type { TestStack } from '../../../test/stack/stack.ts';
import type { Measure, Result } from '../../measure.ts';
import { dynamicPath, untilReady, withSablier, type Sablier } from '../../sablier.ts';
import { figures, inTurns, median } from '../../sample.ts';
import { healthy, trivial } from '../../services.ts';
import { closeTarget } from '../../stack-calls.ts';

const addedMs = 1;
const reach = 0.9;
const rounds = 6;
const colds = 15;
const perSecond = 500;
const pacer = new URL('../../pacer.ts', import.meta.url).pathname;
const wakeable = { 'x-vx11': { wake: { ttl: '1h' } } };

/** The addresses that are compared. */
interface Sides {
  ours: string;
  plain: string;
  /** Which Sablier it is. */
  what: string;
  rounds: number;
}

/**
 * Requests to the wake listener for a service that is up, and for one that sleeps, beside Sablier in the same run: the program
 * that `SABLIER_BIN` names or that is on the PATH, else a stub of it.
 */
export const wake: Measure = {
  name: 'wake',
  async run(environment) {
    const port = await freePort();
    const at = (name: string): string => `http://127.0.0.1:${port}${dynamicPath(name)}`;
    const env = { VX11_WAKE: `127.0.0.1:${port}`, VX11_RATE_WAKE_PER_ADDRESS: '10000000' };
    const services = { web: { ...trivial, ...wakeable }, cold: { ...healthy, ...wakeable } };
    return environment.onStack({ services, env }, (stack) =>
      withSablier(environment, async (sablier) => {
        const warm = { ours: at('web'), plain: await sablier.container() };
        for (const url of Object.values(warm)) await untilReady(url);
        const sides = { ...warm, what: sablier.what, rounds: environment.quick ? 1 : rounds };
        const cold = await starts(stack, at('cold'), sablier, environment.samples(colds));
        return [await latency(sides), await rate(sides), cold];
      }),
    );
  },
};

/** From the first request of a sleeping service with a health check until the session is ready, asked for every 50 ms. */
async function starts(
  stack: TestStack,
  ours: string,
  sablier: Sablier,
  n: number,
): Promise<Result> {
  const [taken, bare]: [number[], number[]] = [[], []];
  const own = async (): Promise<void> => {
    taken.push(await untilReady(ours));
    await closeTarget(stack, 'cold');
  };
  await own(); // Compose creates the container
  taken.length = 0;
  await inTurns(n, own, async () => void bare.push(await untilReady(await sablier.container())));
  const ratio = median(taken) / median(bare);
  return {
    name: 'wake: a cold start',
    unit: 'ms',
    ours: figures(taken),
    plain: figures(bare),
    ratio,
    bar: '≤ 1.0 × Sablier',
    met: ratio <= 1,
    n: taken.length,
    notes: [`a service that is healthy at its first check, after 1 s; beside ${sablier.what}`],
  };
}

/** What a warm request adds to each request of a site. */
async function latency({ ours, plain, what, rounds: times }: Sides): Promise<Result> {
  const pace = async (url: string, into: number[]): Promise<void> => {
    const args = [pacer, url, '', String(perSecond), '4'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    into.push((JSON.parse(stdout) as { p50: number }).p50);
  };
  const [taken, bare]: [number[], number[]] = [[], []];
  await inTurns(
    times,
    () => pace(ours, taken),
    () => pace(plain, bare),
  );
  const p50 = median(taken);
  return {
    name: 'wake: a warm request',
    unit: 'ms',
    ours: figures(taken),
    plain: figures(bare),
    difference: p50 - median(bare),
    bar: `≤ ${addedMs} ms at the median`,
    met: p50 <= addedMs,
    n: taken.length,
    notes: [`at ${perSecond} requests/s; medians of rounds of 4 s; beside ${what}`],
  };
}

async function rate({ ours, plain, what, rounds: times }: Sides): Promise<Result> {
  const round = async (url: string, into: number[]): Promise<void> => {
    const run = await autocannon({ url, connections: 32, duration: 2 });
    if (run.non2xx > 0 || run.errors > 0) throw new Error(`${url}: not every request was answered`);
    into.push(run.requests.total / run.duration);
  };
  await round(ours, []);
  await round(plain, []);
  const [taken, bare]: [number[], number[]] = [[], []];
  await inTurns(
    times,
    () => round(ours, taken),
    () => round(plain, bare),
  );
  const ratio = median(taken) / median(bare);
  return {
    name: 'wake: warm requests',
    unit: 'requests/s',
    ours: figures(taken),
    plain: figures(bare),
    ratio,
    bar: `≥ ${reach * 100} % of Sablier's`,
    met: ratio >= reach,
    n: taken.length,
    notes: [`32 connections, 2 s a round; beside ${what}`],
  };
}
