import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { createChecker, type Checker } from '../../activities/checks/checker.ts';
import { writeReport } from '../../activities/checks/report-folder.ts';
import type { CheckResult, CheckRunAnswer } from '../../contracts/checks.ts';
import { readCheck } from '../../domain/checks/read-check.ts';
import type { Check } from '../../domain/checks/suite.ts';
import { pollUntil } from '../../platform/concurrency/poll.ts';
import { aRun } from '../../test/activities/checks/a-run.ts';
import type { TestStack } from '../../test/stack/stack.ts';
import { throttle } from '../checks-load.ts';
import type { Environment } from '../environment.ts';
import type { Measure, Result } from '../measure.ts';
import { figures, inTurns, ms, timed } from '../sample.ts';
import { closeTarget, openTarget } from '../stack-calls.ts';

const bars = { overheadMs: 3, aroundMs: 1200, reportMs: 300, childMb: 128 };
const manyResults = 200;
const manyChecks = 20;
const gigabyte = 1024 ** 3;

const host = '127.0.0.1';
const checkOf = (url: string, more: object = {}): Check =>
  readCheck({ name: 'a', url, ...more }, 'bench', {
    services: new Set(),
    own: null,
    stored: null,
    earlier: new Set(),
  });

/** What a check costs beyond its request, a run beyond its window, its report, its child's memory, and the pace of a load. */
export const checks: Measure = {
  name: 'checks',
  async run(environment) {
    const server = await startServer();
    const url = `http://${host}:${(server.address() as AddressInfo).port}`;
    try {
      return [
        await overhead(environment, `${url}/small`),
        await childMemory(environment, `${url}/gigabyte`),
        await report(environment),
        await sleeping(environment),
        ...(await throttle(environment, checkOf)),
      ];
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
};

async function startServer(): Promise<Server> {
  const piece = Buffer.alloc(65_536, 'x');
  const server = createServer(({ url }, response) => {
    if (url !== '/gigabyte') {
      response.end('{"status":"ok"}');
      return;
    }
    let left = gigabyte;
    const more = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= piece.length;
        if (!response.write(piece)) return;
      }
      response.end();
    };
    response.on('drain', more).on('error', () => undefined);
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return server;
}

async function withChecker<T>(work: (checker: Checker) => Promise<T>): Promise<T> {
  const checker = createChecker();
  try {
    return await work(checker);
  } finally {
    checker.close();
  }
}

/** The same request, over a connection of its own, by the client alone. */
async function raw(url: string): Promise<void> {
  const agent = new Agent({ pipelining: 0 });
  const { body } = await request(url, { dispatcher: agent });
  await body.text();
  await agent.destroy();
}

async function overhead({ samples }: Environment, url: string): Promise<Result> {
  const check = checkOf(url, { conditions: ['[STATUS] == 200', '[BODY].status == ok'] });
  const [ours, plain]: [number[], number[]] = [[], []];
  await withChecker(async (checker) => {
    const one = async (): Promise<void> => {
      const [taken, { status, detail }] = await timed(() => checker.attempt(check, {}, {}));
      if (status !== 'passed') throw new Error(`the check is ${status}: ${detail}`);
      ours.push(taken);
    };
    const other = async (): Promise<void> => void plain.push((await timed(() => raw(url)))[0]);
    for (let warm = 0; warm < 5; warm += 1) await Promise.all([one(), other()]);
    [ours, plain].forEach((taken) => taken.splice(0));
    await inTurns(samples(200), one, other);
  });
  const [mine, theirs] = [figures(ours), figures(plain)];
  const difference = mine.p50 - theirs.p50;
  return {
    name: 'one check, in the child',
    unit: 'ms',
    ours: mine,
    plain: theirs,
    difference,
    bar: `≤ the raw request + ${bars.overheadMs} ms`,
    met: difference <= bars.overheadMs,
    n: mine.n,
    notes: [],
  };
}

async function childMemory({ samples }: Environment, url: string): Promise<Result> {
  const check = checkOf(url, { conditions: ['[BODY] == x'], timeout: '60s' });
  const peaks: number[] = [];
  for (let n = 0; n < samples(10); n += 1) {
    await withChecker(async (checker) => {
      const { cause } = await checker.attempt(check, {}, {});
      if (cause !== 'too_large') throw new Error(`a body of 1 GB ended as ${cause}`);
      const status = readFileSync(`/proc/${checker.pid}/status`, 'utf8');
      peaks.push(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)![1]) / 1024);
    });
  }
  const ours = figures(peaks);
  return {
    name: 'the child, with a body of 1 GB',
    unit: 'MB',
    ours,
    plain: null,
    bar: `≤ ${bars.childMb} MB`,
    met: Math.max(...peaks) <= bars.childMb,
    n: ours.n,
    notes: ['the highest resident memory of the process'],
  };
}

async function report({ samples, folder }: Environment): Promise<Result> {
  const started_at = '2026-11-21T12:00:00.000Z';
  const evidence = 'HTTP 500\n'.repeat(450);
  const failed = { status: 'failed', cause: 'condition', detail: '[STATUS] (500) == 200' } as const;
  const results = Array.from({ length: manyResults }, (_, n): CheckResult => {
    const bad = n % 4 === 0;
    const end = bad ? failed : ({ status: 'passed', cause: null, detail: null } as const);
    const attempt = { attempt: 1, ...end, started_at, ms: 12, evidence };
    const common = { suite: 'orders', kind: 'http', service: 'web', started_at, ms: 12 } as const;
    return { name: `check ${n}`, ...common, ...end, insecure: false, attempts: [attempt] };
  });
  const run = aRun({ status: 'failed', finished_at: '2026-11-21T12:00:09.000Z' });
  const taken: number[] = [];
  for (let n = 0; n < samples(50); n += 1) {
    const path = join(folder, `report-${n}`);
    const write = () => writeReport(path, { version: 'bench', run, results, receipt: null });
    taken.push((await timed(write))[0]);
  }
  const ours = figures(taken);
  return {
    name: `report of ${manyResults} checks`,
    unit: 'ms',
    ours,
    plain: null,
    bar: `≤ ${bars.reportMs} ms`,
    met: ours.p50 <= bars.reportMs,
    n: ours.n,
    notes: [],
  };
}

const page = 'mkdir -p /w; echo ok > /w/page; exec httpd -f -p 8080 -h /w';
const web = {
  command: ['sh', '-c', page],
  expose: ['8080'],
  'x-vx11': {
    checks: Array.from({ length: manyChecks }, (_, n) => ({
      name: `page ${n}`,
      url: `http://web:8080/page?${n}`,
    })),
  },
};

async function sleeping(environment: Environment): Promise<Result> {
  return environment.onStack({ services: { web } }, async (stack) => {
    const [ours, plain]: [number[], number[]] = [[], []];
    const window = async (): Promise<void> => {
      const open = await timed(() => openTarget(stack, 'web'));
      const close = await timed(() => closeTarget(stack, 'web'));
      plain.push(open[0] + close[0]);
    };
    const run = async (): Promise<void> => void ours.push((await timed(() => runOf(stack)))[0]);
    await window(); // creates the container
    plain.splice(0);
    await inTurns(environment.samples(20), run, window);
    const [mine, theirs] = [figures(ours), figures(plain)];
    const difference = mine.p50 - theirs.p50;
    return {
      name: `${manyChecks} checks of a sleeping service`,
      unit: 'ms',
      ours: mine,
      plain: theirs,
      difference,
      bar: `≤ open + close + ${ms(bars.aroundMs)}`,
      met: difference <= bars.aroundMs,
      n: mine.n,
      notes: [],
    };
  });
}

/** From the call to the end with its report. Throws unless every check passed. */
async function runOf(stack: TestStack): Promise<void> {
  const { body } = await stack.call('POST', '/vx11/checks', { suite: 'web' });
  const { run_id } = body as { run_id: string };
  const look = async () =>
    (await stack.call('GET', `/vx11/checks/${run_id}`)).body as CheckRunAnswer;
  const hasEnded = ({ run }: CheckRunAnswer): boolean => run.finished_at !== null;
  const { run } = await pollUntil(look, hasEnded, { everyMs: 20, withinMs: 60_000 });
  if (run.status !== 'passed') throw new Error(`${run_id} is ${run.status}: ${run.detail}`);
}
