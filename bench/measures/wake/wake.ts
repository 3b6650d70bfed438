import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import { freePort } from '../../../test/stack/temporal.ts';
import { until } from '../../../test/stack/wait.ts';
import type { Measure, Result } from '../../measure.ts';
import { figures, inTurns, median } from '../../sample.ts';
import { trivial } from '../../services.ts';
import { openTarget } from '../../stack-calls.ts';

const path = '/api/strategies/dynamic?display_name=Web&names=web&session_duration=5m0s';
const addedMs = 1;
const reach = 0.9;
const rounds = 6;
const perSecond = 500;
const file = (name: string): string => new URL(`../../${name}`, import.meta.url).pathname;

/** Requests to the wake listener for a service that is up, compared with a stub of Sablier's contract in the same run. */
export const wake: Measure = {
  name: 'wake',
  async run(environment) {
    const port = await freePort();
    const ours = `http://127.0.0.1:${port}${path}`;
    const env = { VX11_WAKE: `127.0.0.1:${port}`, VX11_RATE_WAKE_PER_ADDRESS: '10000000' };
    const services = { web: { ...trivial, 'x-vx11': { wake: { ttl: '1h' } } } };
    return environment.onStack({ services, env }, async (stack) => {
      await openTarget(stack, 'web');
      await until('the session is ready', async () => {
        const answer = await fetch(ours);
        return answer.headers.get('x-sablier-session-status') === 'ready';
      });
      const child = spawn(process.execPath, [file('sablier-stub.ts')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const [base] = (await once(createInterface(child.stdout), 'line')) as [string];
        const plain = base + path;
        const times = environment.quick ? 1 : rounds;
        return [await latency(ours, plain, times), await rate(ours, plain, times)];
      } finally {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    });
  },
};

/** What a warm request adds to each request of a site. */
async function latency(ours: string, plain: string, times: number): Promise<Result> {
  const pace = async (url: string, into: number[]): Promise<void> => {
    const args = [file('pacer.ts'), url, '', String(perSecond), '4'];
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
    notes: [`at ${perSecond} requests/s; medians of rounds of 4 s`],
  };
}

async function rate(ours: string, plain: string, times: number): Promise<Result> {
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
    bar: `≥ ${reach * 100} % of a stub of Sablier's contract`,
    met: ratio >= reach,
    n: taken.length,
    notes: [
      '32 connections, 2 s a round; the stub is a bare HTTP server of Node that checks nothing',
    ],
  };
}
