import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Conflict } from '../../../activities/engine/conflict.ts';
import type { ChangeHost, Watched } from '../../../activities/patches/change/host.ts';
import type { PatchDeps } from '../../../activities/patches/deps.ts';
import { hashed } from '../../../activities/patches/hashed.ts';
import type { PatchedContainer, PatchView } from '../../../contracts/patch.ts';
import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import { unifiedDiff } from '../../../domain/patches/unified-diff.ts';
import { sha256 } from '../../../platform/hash.ts';
import { openStore, type Store } from '../../../store/index.ts';
import type { KeptFile } from '../../../store/repair/patches.ts';

export const patch_id = 'patch-00000000000000cc01';
export const by = { actor: 'ana', correlation_id: 'c-1' };
export const before = 'services:\n  web:\n    image: web:1 # ours\n    mem_limit: 64m\n';
export const after = before.replace('64m', '32m');

const old = 'a'.repeat(64);
export const image = `sha256:${'1'.repeat(64)}`;
export const otherImage = `sha256:${'2'.repeat(64)}`;
export const operations: PatchOperation[] = [
  {
    op: 'set',
    file: 'compose.yaml',
    path: ['services', 'web', 'mem_limit'],
    expect: '64m',
    value: '32m',
    effects: [{ path: ['services', 'web', 'mem_limit'], value: '33554432' }],
  },
  {
    op: 'update_limits',
    service: 'web',
    container: 'b'.repeat(64),
    expect: { NanoCpus: 1 },
    limits: { NanoCpus: 2 },
  },
];

/** A host in memory: one container of web, made of what the file says, and a limit beside it. */
export class FakeHost implements ChangeHost {
  cpus = 1;
  /** What the container of web was made from. */
  made = before;
  /** Every text that a container was made from. */
  readonly history: string[] = [];
  id = old;
  image = image;
  /** What `web:1` names. */
  tag = image;
  readonly images = new Set([image, otherImage]);
  asleep = false;
  /** What a watch says of the changed container, and of the one from before it. */
  trouble: string | null = null;
  troubleBack: string | null = null;
  conflict = false;
  /** What the Engine or Compose says when containers of the changed file are made, or those of the file from before. */
  refuses: Error | null = null;
  refusesBack: Error | null = null;
  lacked: string | null = null;
  kept: string[] = [];
  /** The call at which the process dies, and how many there were. */
  dies = Infinity;
  calls = 0;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  #step(): void {
    if (this.calls++ === this.dies) throw new Error('killed');
  }
  async containers(): Promise<PatchedContainer[]> {
    const { id, made, image: own } = this;
    const as_declared = made === (await readFile(this.#file, 'utf8'));
    const shape = { service: 'web', reference: 'web:1', healthy: !this.asleep };
    return [{ ...shape, id, image: own, definition: sha256(made), as_declared }];
  }
  async keepImages(_: string, containers: readonly { service: string }[]): Promise<void> {
    this.#step();
    this.kept = containers.map(({ service }) => service);
  }
  async releaseImages(): Promise<void> {
    this.#step();
    this.kept = [];
  }
  async imageOf(name: string): Promise<string | null> {
    const id = name === 'web:1' ? this.tag : name;
    return this.images.has(id) ? id : null;
  }
  async lacks(): Promise<string | null> {
    return this.lacked;
  }
  async refusal(): Promise<null> {
    this.#step();
    return null;
  }
  async act(operation: PatchOperation): Promise<void> {
    this.#step();
    if (operation.op === 'retag') {
      this.tag = operation.image;
      return;
    }
    if (operation.op !== 'update_limits') return;
    const { expect, limits } = operation;
    if (this.cpus === limits.NanoCpus) return;
    if (this.conflict || this.cpus !== expect.NanoCpus) throw new Conflict('others by now');
    this.cpus = limits.NanoCpus!;
    this.#step();
  }
  async recreate(
    _: readonly string[],
    isDue: (container: PatchedContainer) => boolean,
  ): Promise<void> {
    this.#step();
    const [own] = await this.containers();
    if (own!.as_declared !== true || isDue(own!)) {
      this.made = await readFile(this.#file, 'utf8');
      this.history.push(this.made);
      this.id = `${this.history.length}`.padStart(64, 'c');
      this.image = this.tag;
    }
    const says = this.made === after ? this.refuses : this.refusesBack;
    if (says !== null) throw says;
    this.#step();
  }
  async watch({ services }: { services: readonly string[] }): Promise<Watched> {
    this.#step();
    const trouble = this.made === after ? this.trouble : this.troubleBack;
    return this.asleep ? { trouble: null, services: [] } : { trouble, services: [...services] };
  }
}

export interface ChangeFixture {
  home: string;
  file: string;
  store: Store;
  deps: PatchDeps;
  host: FakeHost;
  close(): Promise<void>;
}

export async function changeFixture(): Promise<ChangeFixture> {
  const home = await mkdtemp(join(tmpdir(), 'vx11-change-'));
  const folder = join(home, 'stack');
  await mkdir(folder);
  const file = join(folder, 'compose.yaml');
  await writeFile(file, before, { mode: 0o644 });
  const store = await openStore(`sqlite:${join(home, 'vx11.db')}`);
  const host = new FakeHost(file);
  const deps: PatchDeps = {
    store,
    clock: Date.now,
    log: pino({ level: 'silent' }),
    host: 'box',
    folder: () => folder,
    renew: () => Promise.reject(new Error('not asked for')),
    backups: join(home, 'patches'),
    host_acts: host,
    git: () => 'strict',
  };
  const close = async (): Promise<void> => {
    await store.close();
    await rm(home, { recursive: true });
  };
  return { home, file, store, deps, host, close };
}

/** Stores a proposed patch of the operations above. */
export async function propose(store: Store, more: Partial<PatchView> = {}): Promise<void> {
  const mode = 0o644;
  const files: KeptFile[] = [
    { path: 'compose.yaml', before: { text: before, mode }, after: { text: after, mode } },
  ];
  const diff = unifiedDiff(files);
  await store.patches.create(
    {
      patch_id,
      repair_id: null,
      plan_id: 'plan-00000000000000cc01',
      host: 'box',
      cause: 'less memory',
      status: 'proposed',
      detail: null,
      diff,
      diff_sha256: sha256(diff),
      files: files.map(hashed),
      created_at: new Date().toISOString(),
      applied_at: null,
      ended_at: null,
      change: {
        module: 'web',
        reason: 'less memory',
        severity: 'normal',
        direction: 'adopt',
        operations,
        config_diff: [],
        patch_hash: sha256('it'),
        acts: [],
        services: ['web'],
        touches: [],
        watch_seconds: 0,
        findings: [],
        left: [],
        loses: [],
        tests: [],
        expires_at: new Date(Date.now() + 1000).toISOString(),
        before: null,
        commit: null,
      },
      ...more,
    },
    files,
  );
}
