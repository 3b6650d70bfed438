import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPidFile } from '../../../cli/up/process/pid-file.ts';
import type { Environment } from '../../environment.ts';
import { descendants, shareOf, type Share } from '../../process.ts';
import { crowd } from '../../sample.ts';

/** The number of services that windows are opened for. */
export const services = 16;
const atATime = 8;

/** What VX11 takes at one moment. */
export interface Taken {
  all: Share;
  /** PSS of each process by name. */
  parts: string;
  /** PSS of guard, npm and launcher, which do not count. */
  beside: string;
}

/** Measures what runs now. */
export async function taken(environment: Environment, home: string, npm: number): Promise<Taken> {
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
export async function openAndClose(home: string, windows: number): Promise<void> {
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
