import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { testProgram } from '../../stack/program.ts';
import { until } from '../../stack/wait.ts';

const run = promisify(execFile);

/** A test's own dockerd beside that of the machine; after a kill it restarts with its data. */
export interface PrivateEngine {
  socket: string;
  start(): void;
  ready(): Promise<void>;
  /** SIGKILL of the daemon; with live-restore its containers keep running. */
  kill(): Promise<void>;
  /** SIGTERM of the daemon; without live-restore its containers end, as in a reboot. */
  stop(): Promise<void>;
  /** Services that still run on the machine although the daemon reports them as stopped. */
  orphans(): Promise<string[]>;
  destroy(): Promise<void>;
}

/** Why a private dockerd cannot run here; null if it can. */
export const noPrivateEngine: string | null =
  process.getuid?.() === 0 && process.platform === 'linux'
    ? null
    : 'a private dockerd needs Linux and root';

/** @param image loaded from the machine's Engine @param settings more of its daemon.json, such as `runtimes` */
export async function startPrivateEngine(options: {
  image: string;
  liveRestore: boolean;
  settings?: Record<string, unknown>;
}): Promise<PrivateEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-engine-'));
  const socket = join(folder, 'docker.sock');
  // its own network namespace: beside another one, a dockerd flushes iptables chains and removes docker0
  const network = `vx11f${randomBytes(4).toString('hex')}`;
  const at = (name: string): string => join(folder, name);
  await mkdir(at('data'));
  // its own file: the machine's settings do not apply, and dockerd refuses a setting that it gets twice
  const settings = { 'live-restore': options.liveRestore, ...options.settings };
  await writeFile(at('daemon.json'), JSON.stringify(settings));
  await run('ip', ['netns', 'add', network]);
  await run('ip', ['-n', network, 'link', 'set', 'lo', 'up']);
  const args = [
    `--net=/run/netns/${network} dockerd`,
    `--host unix://${socket} --data-root ${at('data')} --exec-root ${at('exec')}`,
    `--pidfile ${at('docker.pid')} --storage-driver overlay2`,
    `--shutdown-timeout 2 --log-level warn --config-file ${at('daemon.json')}`,
  ].flatMap((line) => line.split(' '));
  const daemon = testProgram('nsenter', args, {}, at('dockerd.log'));
  const docker = new Docker({ socketPath: socket });
  const ready = async (): Promise<void> => {
    await until('dockerd answers', () => docker.ping().then(() => true)).catch((error: unknown) => {
      throw new Error(`dockerd does not answer:\n${daemon.log().slice(-2000)}`, { cause: error });
    });
  };
  const start = (): void => {
    // containerd dies with a killed daemon; their pid files may name zombies or unrelated processes
    rmSync(at('docker.pid'), { force: true });
    rmSync(at('exec/containerd/containerd.pid'), { force: true });
    daemon.start();
  };
  const leave = async (): Promise<void> => {
    if (!daemon.running()) start();
    await ready();
    const all = await docker.listContainers({ all: true });
    await Promise.all(all.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
    await docker.pruneNetworks();
  };
  start();
  await ready();
  await run('sh', ['-c', `docker save ${options.image} | docker -H unix://${socket} load`]);
  return {
    socket,
    ready,
    start,
    kill: () => daemon.kill(),
    stop: () => daemon.stop(),
    async orphans() {
      const known = new Set((await docker.listContainers()).map(({ Id }) => Id));
      const found: string[] = [];
      for (const { pid, line } of await ownProcesses(folder)) {
        const words = line.split('\0');
        const id = words[words.indexOf('-id') + 1] ?? '';
        if (!/^[0-9a-f]{64}$/.test(id) || known.has(id)) continue;
        // a shim without a child is left over from an exit, and uses nothing of the service
        const children = await childrenOf(pid);
        if (children.length > 0) found.push(`${id.slice(0, 12)}: ${children.join(', ')}`);
      }
      return found;
    },
    async destroy() {
      await leave().catch((error: unknown) => console.error(error));
      await daemon.stop();
      const pids = (await ownProcesses(folder)).map(({ pid }) => String(pid));
      // some may have ended by themselves
      if (pids.length > 0) await run('kill', ['-9', '--', ...pids]).catch(() => undefined);
      await unmount(folder);
      await run('ip', ['netns', 'del', network]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** dockerd's containerd and shims, which a killed daemon leaves behind. */
async function ownProcesses(folder: string): Promise<{ pid: number; line: string }[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1);
  const all = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid, line };
    }),
  );
  return all.filter(({ line }) => line.includes('containerd') && line.includes(`${folder}/`));
}

async function childrenOf(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) =>
      readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''),
    ),
  );
  const children = lists.flatMap((list) => list.split(' ').filter(Boolean));
  const names = children.map((child) => readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(names))
    .map((name) => name.replaceAll('\0', ' ').trim())
    .filter(Boolean);
}

/** Unmounts what a killed daemon leaves: its data folder, mounted onto itself, and file systems of containers. */
async function unmount(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  const mine = mounts.filter((path) => path.startsWith(`${folder}/`)).toReversed();
  for (const path of mine) await run('umount', ['-l', path]).catch(() => undefined);
}
