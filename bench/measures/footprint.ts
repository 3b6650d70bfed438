import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPidFile } from '../../cli/up/process/pid-file.ts';
import type { Environment } from '../environment.ts';
import type { Measure, Result } from '../measure.ts';
import { descendants, shareOf, type Share } from '../process.ts';
import { crowd, figures } from '../sample.ts';
import { bare, several } from '../services.ts';
import { newHome, whileStarted } from './start.ts';

const reachRestMb = 335;
const reachAfterMb = 400;
const starts = 3;
const restSeconds = 60;
/** The goal counts an hour after the windows: memory goes back to the system bit by bit. */
const afterSeconds = 3600;
const services = 16;
const atATime = 8;

/** Memory of everything that `npm start` runs, at rest and after 1,000 windows. The notes have guard and launcher. */
export const footprint: Measure = {
  name: 'footprint',
  async run(environment) {
    const limits = { VX11_RATE_CHANGES_PER_TOKEN: '100000', VX11_RATE_PER_ADDRESS: '6000000' };
    const { home, env } = await newHome(
      environment,
      several('bit', services, { image: 'vx11-tiny:local', ...bare }),
    );
    const rests: Taken[] = [];
    const windows = environment.quick ? 50 : 1000;
    let soon: Taken | undefined;
    let after: Taken | undefined;
    const second = environment.quick ? 250 : 1000;
    const pauseMs = restSeconds * second;
    for (let n = 1; n <= starts; n += 1)
      await whileStarted(environment, home, { ...env, ...limits }, async (_, npm) => {
        await sleep(pauseMs);
        rests.push(await taken(environment, home, npm));
        if (n < starts) return;
        await openAndClose(home, windows);
        await sleep(pauseMs);
        soon = await taken(environment, home, npm);
        await sleep(environment.quick ? pauseMs : afterSeconds * second);
        after = await taken(environment, home, npm);
      });
    return [
      row('footprint at rest', rests, reachRestMb, {
        n: starts,
        rested: `${restSeconds} s of rest`,
      }),
      row(`footprint after ${windows} windows`, [after!], reachAfterMb, {
        n: windows,
        rested: `an hour of rest (after ${restSeconds} s: ${soon!.all.pss.toFixed(0)} MB, ${soon!.parts})`,
      }),
    ];
  },
};

interface Taken {
  all: Share;
  /** PSS of each process by name. */
  parts: string;
  /** PSS of guard, npm and launcher, which do not count. */
  beside: string;
}

function row(
  name: string,
  all: Taken[],
  reach: number,
  { n, rested }: { n: number; rested: string },
): Result {
  const sorted = all.toSorted((one, other) => one.all.pss - other.all.pss);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  const ours = figures(all.map((one) => one.all.pss));
  return {
    name,
    unit: 'MB',
    ours,
    plain: null,
    bar: `PSS of all processes ≤ ${reach} MB`,
    met: ours.p50 <= reach,
    n,
    notes: [
      `${middle.all.anonymous.toFixed(0)} MB of it anonymous; ${middle.parts}`,
      `not included: ${middle.beside}; measured after ${rested}`,
    ],
  };
}

async function taken(environment: Environment, home: string, npm: number): Promise<Taken> {
  const supervisor = readPidFile(join(home, 'run/supervisor.lock'))!.pid;
  const stack = [supervisor, ...descendants(supervisor)];
  const shares = stack.map((pid) => ({ name: nameOf(home, pid), ...shareOf(pid) }));
  const launcher = [npm, ...descendants(npm)].filter((pid) => !stack.includes(pid));
  const guard = await guardPid(environment, home);
  return {
    all: { pss: sum(shares, 'pss'), anonymous: sum(shares, 'anonymous') },
    parts: shares.map((one) => shareText(one.name, one)).join(', '),
    beside: [
      guard === undefined ? 'no guard' : shareText('the guard', shareOf(guard)),
      `npm and the launcher ${sum(launcher.map(shareOf), 'pss').toFixed(0)} MB`,
    ].join(', '),
  };
}

const shareText = (name: string, { pss }: Share): string => `${name} ${pss.toFixed(0)} MB`;
const sum = (shares: Share[], what: keyof Share): number =>
  shares.reduce((total, share) => total + share[what], 0);

const programs = ['temporal', 'redis', 'madre', 'tentaculo_link'];

function nameOf(home: string, pid: number): string {
  if (readPidFile(join(home, 'run/supervisor.lock'))?.pid === pid) return 'supervisor';
  const name = programs.find(
    (program) => readPidFile(join(home, 'run', `${program}.pid`))?.pid === pid,
  );
  return name ?? 'another';
}

async function guardPid({ docker }: Environment, home: string): Promise<number | undefined> {
  const filters = { label: ['vx11.role=guard', `vx11.home=${home}`] };
  const [guard] = await docker.listContainers({ filters });
  return guard && (await docker.getContainer(guard.Id).inspect()).State.Pid;
}

/** Opens and closes windows through the gateway. */
async function openAndClose(home: string, windows: number): Promise<void> {
  const url = readFileSync(join(home, 'run/gateway.url'), 'utf8').trim();
  const token = readFileSync(join(home, 'tokens.env'), 'utf8').trim().split('=')[1]!;
  const post = async (path: string, body: object): Promise<{ window_id: string }> => {
    const headers = { 'x-vx11-token': token, 'content-type': 'application/json' };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { window_id: string };
  };
  const free = Array.from({ length: services }, (_, index) => `bit-${index + 1}`);
  await crowd(Array.from({ length: windows }), atATime, async () => {
    const target = free.shift()!;
    const { window_id } = await post('/vx11/window/open', { target, ttl_seconds: 600 });
    await post('/vx11/window/close', { window_id });
    free.push(target);
  });
}
