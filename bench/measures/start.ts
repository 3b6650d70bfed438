import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { readPidFile } from '../../cli/up/process/pid-file.ts';
import { freePort } from '../../test/stack/temporal.ts';
import type { Bed } from '../bed.ts';
import type { Measure } from '../measure.ts';
import { figures, median } from '../sample.ts';
import { trivial } from '../services.ts';

const reachSeconds = 6;
const samples = 10;
const startLimitMs = 120_000;

/** `npm start` until it says that it is ready, on a home that was started once before. In seconds. */
export const start: Measure = {
  name: 'start',
  async run(bed) {
    const services = { web: { image: 'vx11-tiny:local', ...trivial } };
    const { home, env } = await newHome(bed, services);
    const taken: Start[] = [];
    await oneStart(bed, home, env);
    for (let n = 0; n < bed.samples(samples); n += 1) taken.push(await oneStart(bed, home, env));
    const ours = figures(taken.map(({ seconds }) => seconds));
    const inside = median(taken.map(({ insideSeconds }) => insideSeconds));
    return [
      {
        name: 'second npm start',
        unit: 's',
        ours,
        plain: null,
        bar: `ready within ${reachSeconds} s`,
        met: ours.p50 <= reachSeconds,
        n: ours.n,
        notes: [
          `${inside.toFixed(1)} s of it inside vx11 up, the rest is npm and the bootstrap's look at what the machine has`,
        ],
      },
    ];
  },
};

/** A home with a compose file of its own, and what `npm start` is told of it. */
export async function newHome(bed: Bed, services: object, settings: object = {}) {
  const home = await mkdtemp(join(bed.folder, 'vx11-start-'));
  const composeFile = join(home, 'docker-compose.yml');
  await writeFile(
    composeFile,
    stringify({ name: basename(home).toLowerCase(), services, ...settings }),
  );
  const ports = [
    'VX11_PORT',
    'VX11_MADRE_PORT',
    'VX11_TEMPORAL_PORT',
    'VX11_TEMPORAL_UI_PORT',
    'VX11_REDIS_PORT',
  ];
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    VX11_HOME: home,
    VX11_COMPOSE_FILE: composeFile,
  };
  for (const name of ports) env[name] = String(await freePort());
  return { home, env };
}

interface Start {
  seconds: number;
  /** What `vx11 up` itself says that it took. */
  insideSeconds: number;
}

async function oneStart(bed: Bed, home: string, env: NodeJS.ProcessEnv): Promise<Start> {
  return whileStarted(bed, home, env, (taken) => Promise.resolve(taken));
}

/** Runs `npm start` until it is ready and `work` is done with it; it has ended afterwards. */
export async function whileStarted<T>(
  bed: Bed,
  home: string,
  env: NodeJS.ProcessEnv,
  work: (taken: Start, npm: number) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const child = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ending = once(child, 'exit');
  const end = async (): Promise<void> => {
    // npm would swallow the signal: the supervisor itself ends its stack in order
    const supervisor = readPidFile(join(home, 'run/supervisor.lock'));
    if (child.exitCode === null && supervisor) process.kill(supervisor.pid, 'SIGINT');
    else child.kill('SIGINT');
    await ending;
  };
  bed.atEnd(async () => (child.exitCode === null ? end() : undefined));
  try {
    const insideSeconds = await untilReady(child);
    const seconds = (performance.now() - began) / 1000;
    return await work({ seconds, insideSeconds }, child.pid!);
  } finally {
    await end();
  }
}

async function untilReady(child: ChildProcess): Promise<number> {
  const said: string[] = [];
  const late = setTimeout(() => child.kill('SIGINT'), startLimitMs);
  try {
    createInterface(child.stderr!).on('line', (line) => said.push(line));
    for await (const line of createInterface(child.stdout!)) {
      const ready = /ready after ([\d.]+) s/.exec(line);
      if (ready) return Number(ready[1]);
      said.push(line);
    }
  } finally {
    clearTimeout(late);
    child.stdout!.resume();
  }
  throw new Error(`npm start did not become ready:\n${said.slice(-10).join('\n')}`);
}
