import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../../../activities/engine/engine-error.ts';
import { applyPatch } from '../../../activities/patches/apply.ts';
import type { PatchDeps } from '../../../activities/patches/deps.ts';
import { hashed } from '../../../activities/patches/hashed.ts';
import { rollBackPatch } from '../../../activities/patches/roll-back.ts';
import { createPatchRound } from '../../../activities/patches/round.ts';
import { unifiedDiff } from '../../../domain/patches/unified-diff.ts';
import { sha256 } from '../../../platform/hash.ts';
import { openStore, type Store } from '../../../store/index.ts';
import type { KeptFile } from '../../../store/repair/patches.ts';
import { aPlan } from '../../domain/plans/plan-samples.ts';

const by = { actor: 'ana', correlation_id: 'c-1' };
const patch_id = 'patch-00000000000000aa01';
const plan_id = 'plan-00000000000000aa01';
const old = new Date('2020-01-02T03:04:05.678Z');

let home: string;
let stack: string;
let store: Store;
let deps: PatchDeps;
let renewed: string[][];
beforeEach(async () => {
  renewed = [];
  home = await mkdtemp(join(tmpdir(), 'vx11-patches-'));
  stack = join(home, 'stack');
  await mkdir(join(stack, 'web'), { recursive: true });
  store = await openStore(`sqlite:${join(home, 'vx11.db')}`);
  deps = {
    store,
    clock: Date.now,
    log: pino({ level: 'silent' }),
    host: 'box',
    folder: () => stack,
    renew: async (paths) => void renewed.push(paths),
    backups: join(home, 'patches'),
    host_acts: null,
    git: () => 'off',
  };
  await put('compose.yaml', 'a: 1\r\nb: 2', 0o640);
  await put('web/start.sh', '#!/bin/sh\n', 0o755);
});
afterEach(async () => {
  await store.close();
  await rm(home, { recursive: true });
});

async function put(path: string, text: string, mode: number): Promise<void> {
  const file = join(stack, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
  if (process.getuid?.() === 0) await chown(file, 1234, 2345);
  await utimes(file, old, old);
}

const compose: KeptFile = {
  path: 'compose.yaml',
  before: { text: 'a: 1\r\nb: 2', mode: 0o640 },
  after: { text: 'a: 1\r\nb: 3', mode: 0o640 },
};
const script: KeptFile = {
  path: 'web/start.sh',
  before: { text: '#!/bin/sh\n', mode: 0o755 },
  after: { text: '#!/bin/sh\nexec true\n', mode: 0o700 },
};
const created: KeptFile = {
  path: '.gitattributes',
  before: null,
  after: { text: '*.sh eol=lf\n', mode: 0o644 },
};

async function propose(files: KeptFile[]): Promise<void> {
  const diff = unifiedDiff(files);
  await store.patches.create(
    {
      patch_id,
      repair_id: null,
      plan_id,
      host: 'box',
      cause: 'b is 2',
      status: 'proposed',
      detail: null,
      diff,
      diff_sha256: sha256(diff),
      files: files.map(hashed),
      created_at: new Date().toISOString(),
      applied_at: null,
      ended_at: null,
    },
    files,
  );
}

/** Every file of the stack: its bytes, mode, owner and time. */
async function treeOf(folder = stack): Promise<object> {
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    names.sort().map(async (name) => {
      const stats = await lstat(join(folder, name));
      const { mode, uid, gid, mtimeMs } = stats;
      const isFile = stats.isFile();
      const text = isFile ? await readFile(join(folder, name), 'utf8') : null;
      return [name, { text, mode, ...(isFile && { uid, gid, mtimeMs }) }] as const;
    }),
  );
  return Object.fromEntries(files);
}
const status = async () => (await store.patches.find(patch_id))!.status;

describe('a patch', () => {
  test('changes its files, and keeps their mode and owner', async () => {
    await propose([compose, script, created]);
    const before = await stat(join(stack, 'compose.yaml'));
    expect(await applyPatch(deps, patch_id, by)).toEqual({ status: 'applied', detail: null });
    const after = await stat(join(stack, 'compose.yaml'));
    expect(await readFile(join(stack, 'compose.yaml'), 'utf8')).toBe('a: 1\r\nb: 3');
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
    expect((await stat(join(stack, 'web/start.sh'))).mode & 0o777).toBe(0o700);
    expect(await readFile(join(stack, '.gitattributes'), 'utf8')).toBe('*.sh eol=lf\n');
    expect(await status()).toBe('applied');
    expect(renewed).toEqual([['compose.yaml', 'web/start.sh', '.gitattributes']]);
  });

  test('that is taken back leaves every file as it was, with its mode, owner and time', async () => {
    const before = await treeOf();
    await propose([compose, script, created]);
    await applyPatch(deps, patch_id, by);
    expect(await treeOf()).not.toEqual(before);
    expect(await rollBackPatch(deps, patch_id, by)).toEqual({
      status: 'rolled_back',
      detail: null,
    });
    expect(await treeOf()).toEqual(before);
  });

  test('that removes a file is taken back too', async () => {
    const before = await treeOf();
    await propose([{ ...script, after: null }]);
    await applyPatch(deps, patch_id, by);
    await expect(stat(join(stack, 'web/start.sh'))).rejects.toThrow('ENOENT');
    await rollBackPatch(deps, patch_id, by);
    expect(await treeOf()).toEqual(before);
  });

  test('writes nothing if one of its files changed after it was proposed', async () => {
    await propose([script, compose]);
    await writeFile(join(stack, 'compose.yaml'), 'a: 2\n');
    const before = await treeOf();
    const { status: end, detail } = await applyPatch(deps, patch_id, by);
    expect(end).toBe('stale');
    expect(detail).toContain('compose.yaml changed after this patch was proposed');
    expect(await treeOf()).toEqual(before);
  });

  test('leaves what somebody changed after it, and says where the old version is', async () => {
    await propose([compose, script]);
    await applyPatch(deps, patch_id, by);
    await writeFile(join(stack, 'compose.yaml'), 'mine\n');
    const { status: end, detail } = await rollBackPatch(deps, patch_id, by);
    expect(end).toBe('conflict');
    expect(await readFile(join(stack, 'compose.yaml'), 'utf8')).toBe('mine\n');
    expect(await readFile(join(stack, 'web/start.sh'), 'utf8')).toBe('#!/bin/sh\n');
    const folder = /is in (\S+)\.$/.exec(detail!)![1]!;
    expect(await readFile(join(folder, 'compose.yaml'), 'utf8')).toBe('a: 1\r\nb: 2');
  });

  test('applied twice, or taken back twice, has one effect', async () => {
    await propose([compose]);
    await applyPatch(deps, patch_id, by);
    await applyPatch(deps, patch_id, by);
    await rollBackPatch(deps, patch_id, by);
    await rollBackPatch(deps, patch_id, by);
    const { events } = await store.events.page({ limit: 10 });
    expect(events.map(({ type }) => type)).toEqual(['patch.rolled_back', 'patch.applied']);
    expect(await applyPatch(deps, patch_id, by)).toMatchObject({ status: 'rolled_back' });
  });

  test.each([
    ['rolled_back', 'no such program', 1],
    ['conflict', 'no such program. It could not be taken back whole: no such program.', 2],
  ])(
    'whose containers the Engine refuses ends as %s, and is not written again',
    async (end, detail, times) => {
      const before = await treeOf();
      await propose([compose]);
      let left = times;
      deps.renew = async () => {
        if (left-- > 0) throw new EngineError('refused', 'no such program', null);
      };
      expect(await applyPatch(deps, patch_id, by)).toEqual({ status: end, detail });
      expect(await treeOf()).toEqual(before);
      expect(await applyPatch(deps, patch_id, by)).toEqual({ status: end, detail });
      await createPatchRound(deps)();
      expect(await status()).toBe(end);
      expect(await treeOf()).toEqual(before);
    },
  );

  test('of which a crash left one file written is completed by the retry', async () => {
    await propose([compose, script]);
    await store.patches.change(patch_id, (view) => ({
      view: { ...view, status: 'applied' },
      events: [],
    }));
    await put('compose.yaml', 'a: 1\r\nb: 3', 0o640);
    expect(await applyPatch(deps, patch_id, by)).toMatchObject({ status: 'applied' });
    expect(await readFile(join(stack, 'web/start.sh'), 'utf8')).toContain('exec true');
  });

  test.each(['a retry', 'taking it back'])(
    'of which a crash left a file half written aside leaves none of it after %s',
    async (how) => {
      const before = await treeOf();
      await propose([compose]);
      await store.patches.change(patch_id, (view) => ({
        view: { ...view, status: 'applied' },
        events: [],
      }));
      await writeFile(join(stack, `.${patch_id}`), 'a: 1', { mode: 0o600 });
      if (how === 'a retry') {
        expect(await applyPatch(deps, patch_id, by)).toMatchObject({ status: 'applied' });
        expect(await readFile(join(stack, 'compose.yaml'), 'utf8')).toBe('a: 1\r\nb: 3');
      } else expect(await rollBackPatch(deps, patch_id, by)).toMatchObject({ detail: null });
      expect(Object.keys(await treeOf())).toEqual(Object.keys(before));
    },
  );

  test('never writes outside the folder of the stack', async () => {
    const outside = join(home, 'outside.yaml');
    await writeFile(outside, 'b: 2');
    await symlink(outside, join(stack, 'linked.yaml'));
    await symlink(home, join(stack, 'up'));
    for (const [nth, path] of ['linked.yaml', 'up/outside.yaml', '../outside.yaml'].entries()) {
      await store.close();
      store = deps.store = await openStore(`sqlite:${join(home, `${nth}.db`)}`);
      await propose([
        { path, before: { text: 'b: 2', mode: 0o644 }, after: { text: 'b: 3', mode: 0o644 } },
      ]);
      const end = await applyPatch(deps, patch_id, by);
      expect(end).toEqual({
        status: 'stale',
        detail: `${path} is not in the folder of the stack.`,
      });
    }
    expect(await readFile(outside, 'utf8')).toBe('b: 2');
  });

  test('follows a link that stays inside, and leaves the link', async () => {
    await symlink('compose.yaml', join(stack, 'linked.yaml'));
    await propose([{ ...compose, path: 'linked.yaml' }]);
    await applyPatch(deps, patch_id, by);
    expect((await lstat(join(stack, 'linked.yaml'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(stack, 'compose.yaml'), 'utf8')).toBe('a: 1\r\nb: 3');
  });
});

describe('the round', () => {
  const lastEvent = async () =>
    (await store.events.page({ limit: 10 })).events.find(({ type }) => type.startsWith('patch.'))
      ?.type;
  const applied = async (plan: Parameters<typeof aPlan>[0] | null): Promise<void> => {
    await propose([compose]);
    await applyPatch(deps, patch_id, by);
    if (plan !== null) await store.plans.insert(aPlan({ plan_id, ...plan }), null, []);
    await createPatchRound(deps)();
  };

  test.each([
    ['keeps the patch of a plan that is done', { status: 'DONE' }, 'kept'],
    ['takes back the patch of a plan that failed', { status: 'ERROR' }, 'rolled_back'],
    ['takes back the patch of a plan that was cancelled', { status: 'CANCELLED' }, 'rolled_back'],
    ['leaves the patch of a plan that runs', { status: 'RUNNING' }, 'applied'],
  ] as const)('%s', async (_, plan, end) => {
    await applied(plan);
    expect(await status()).toBe(end);
    expect(await lastEvent()).toBe(`patch.${end}`);
  });

  test.each([
    ['drops a proposed patch whose plan was rejected', 'REJECTED', 'dropped'],
    ['leaves a proposed patch whose plan waits', 'WAITING', 'proposed'],
  ] as const)('%s', async (_, plan, end) => {
    const before = await treeOf();
    await propose([compose]);
    await createPatchRound(deps)();
    expect(await status()).toBe('proposed');
    await store.plans.insert(aPlan({ plan_id, status: plan }), null, []);
    await createPatchRound(deps)();
    expect(await status()).toBe(end);
    expect(await lastEvent()).toBe(end === 'dropped' ? 'patch.dropped' : undefined);
    expect(await treeOf()).toEqual(before);
  });

  test('takes back a patch whose plan is gone', async () => {
    const before = await treeOf();
    await applied(null);
    expect(await status()).toBe('rolled_back');
    expect(await treeOf()).toEqual(before);
  });
});
