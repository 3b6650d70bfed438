import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { hashTree } from '../../activities/repair/hash-tree.ts';
import type { TrialDeps } from '../../activities/repair/trial/deps.ts';
import { trialLabel } from '../../activities/repair/trial/labels.ts';
import type { Suite } from '../../domain/checks/suite.ts';
import { openStore } from '../../store/index.ts';
import { createPowerHost } from '../../workers/madre/power-host.ts';

const socket = '/var/run/docker.sock';

/** A stack on the real Engine, and what a repair of it needs. Its own services are not started. */
export interface RepairHost {
  deps: TrialDeps;
  folder: string;
  suites: readonly Suite[];
  /** An id for a trial that no other test has. */
  id(): string;
  /** What trials with these ids left: containers, networks, volumes, images and copies. */
  residue(): string[];
  /** A hash of the stack's folder. */
  hash(): Promise<string>;
  close(): Promise<void>;
}

/** A file: its text, or also its mode and its owner. */
export type HostFile = string | { text: string; mode?: number; owner?: number };

/** @param files by their paths; `compose.yaml` is the stack. A script is executable. A path that ends in `/` is a folder. */
export async function openRepairHost(files: Record<string, HostFile>): Promise<RepairHost> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'vx11-repair-test-')));
  const folder = join(base, 'stack');
  for (const [path, file] of Object.entries(files)) writeOne(join(folder, path), file);
  const home = join(base, 'home');
  mkdirSync(home);
  const store = await openStore(`sqlite:${join(home, 'vx11.db')}`);
  const log = pino({ level: 'silent' });
  const power = await createPowerHost(
    {
      host: 'host-a',
      home,
      composeFile: join(folder, 'compose.yaml'),
      composeBinary: process.env['VX11_COMPOSE_BIN'],
      dockerConfig: join(home, 'docker'),
      socket,
      image: 'none',
      guard: false,
      key: null,
    },
    { store, registry: new Registry(), log, onEngineEvents() {}, onRounds() {} },
  );
  await power.catalog.current();
  const run = randomBytes(4).toString('hex');
  let made = 0;
  const deps: TrialDeps = {
    checks: {
      power,
      runs() {
        throw new Error('this test starts no workflow');
      },
      folder: join(home, 'runs'),
      version: '0.0.0-test',
      tasks: { run: () => Promise.reject(new Error('not here')) },
      metrics: { ended() {}, throttled() {}, checked() {} },
    },
    home,
    copies: join(home, 'trials'),
    owner: home,
    boot: `boot-${run}`,
    live: new Set(),
  };
  return {
    deps,
    folder,
    get suites() {
      return power.catalog.suites();
    },
    id: () => `t${run}-${(made += 1)}`,
    residue: () => [...engineResidue(run), ...copiesIn(deps.copies).map((id) => `copy of ${id}`)],
    hash: () => hashTree(folder, home),
    async close() {
      power.watch.close();
      await store.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function writeOne(path: string, file: HostFile): void {
  const {
    text,
    mode = path.endsWith('.sh') ? 0o755 : undefined,
    owner,
  } = typeof file === 'string' ? { text: file } : file;
  mkdirSync(path.endsWith('/') ? path : dirname(path), { recursive: true });
  if (!path.endsWith('/')) writeFileSync(path, text);
  if (mode !== undefined) chmodSync(path, mode);
  if (owner !== undefined) chownSync(path, owner, owner);
}

/** What the Engine still has of trials whose id contains this text. */
export function engineResidue(run: string): string[] {
  const template = `{{.Label "${trialLabel}"}}`;
  const labelled = (kind: string, ...list: string[]): string[] =>
    docker(...list, '--filter', `label=${trialLabel}`, '--format', template).map(
      (id) => `${kind} of ${id}`,
    );
  const images = docker('images', '--format', '{{.Repository}}').map((name) => `image ${name}`);
  return [
    ...labelled('container', 'ps', '-a'),
    ...labelled('network', 'network', 'ls'),
    ...labelled('volume', 'volume', 'ls'),
    ...images,
  ].filter((what) => what.includes(run));
}

const docker = (...args: string[]): string[] =>
  execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);

const copiesIn = (folder: string): string[] => {
  try {
    return execFileSync('ls', [folder], { encoding: 'utf8', stdio: 'pipe' })
      .split('\n')
      .filter(Boolean);
  } catch {
    return [];
  }
};
