import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { readPidFile } from '../../cli/up/process/pid-file.ts';
import { freePort } from '../../test/stack/temporal.ts';
import type { Environment } from '../environment.ts';
import type { Measure } from '../measure.ts';
import { figures, median } from '../sample.ts';
import { trivial } from '../services.ts';

const reachSeconds = 6;
const samples = 10;
const startLimitMs = 120_000;

/** `npm start` until VX11 is ready, on a home that was started before. In seconds. */
export const start: Measure = {
  name: 'start',
  async run(environment) {
    const services = { web: { image: 'vx11-tiny:local', ...trivial } };
    const { home, env } = await newHome(environment, services);
    const taken: Start[] = [];
    await oneStart(environment, home, env);
    for (let n = 0; n < environment.samples(samples); n += 1)
      taken.push(await oneStart(environment, home, env));
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
          `${inside.toFixed(1)} s of it inside vx11 up, the rest is npm and the checks of the bootstrap`,
        ],
      },
    ];
  },
};

/** Creates a home with its own compose file, and the environment for `npm start`. */
export async function newHome(environment: Environment, services: object, settings: object = {}) {
  const home = await mkdtemp(join(environment.folder, 'vx11-start-'));
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
  /** The time that `vx11 up` itself reports. */
  insideSeconds: number;
}

async function oneStart(
  environment: Environment,
  home: string,
  env: NodeJS.ProcessEnv,
): Promise<Start> {
  return whileStarted(environment, home, env, (taken) => Promise.resolve(taken));
}

/** Runs `npm start`, then `work` once it is ready, and stops it afterwards. */
export async function whileStarted<T>(
  environment: Environment,
  home: string,
  env: NodeJS.ProcessEnv,
  work: (taken: Start, npm: number) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const child = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ending = once(child, 'exit');
  const end = async (): Promise<void> => {
    // npm does not forward the signal, so it goes to the supervisor, which shuts the stack down in order
    const supervisor = readPidFile(join(home, 'run/supervisor.lock'));
    if (child.exitCode === null && supervisor) process.kill(supervisor.pid, 'SIGINT');
    else child.kill('SIGINT');
    await ending;
  };
  environment.atEnd(async () => (child.exitCode === null ? end() : undefined));
  try {
    const insideSeconds = await untilReady(child);
    const seconds = (performance.now() - began) / 1000;
    return await work({ seconds, insideSeconds }, child.pid!);
  } finally {
    await end();
  }
}

async function untilReady(child: ChildProcess): Promise<number> {
  const lines: string[] = [];
  const late = setTimeout(() => child.kill('SIGINT'), startLimitMs);
  try {
    createInterface(child.stderr!).on('line', (line) => lines.push(line));
    for await (const line of createInterface(child.stdout!)) {
      const ready = /ready after ([\d.]+) s/.exec(line);
      if (ready) return Number(ready[1]);
      lines.push(line);
    }
  } finally {
    clearTimeout(late);
    child.stdout!.resume();
  }
  throw new Error(
    `npm start did not become ready. Its last lines:\n${lines.slice(-10).join('\n')}`,
  );
}
