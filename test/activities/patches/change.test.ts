import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ComposeError } from '../../../activities/compose/compose-error.ts';
import { EngineError } from '../../../activities/engine/engine-error.ts';
import { rollBackPatch } from '../../../activities/patches/roll-back.ts';
import { createPatchRound } from '../../../activities/patches/round.ts';
import { applyChange } from '../../../activities/patches/change/apply-change.ts';
import { sha256 } from '../../../platform/hash.ts';
import { aPlan } from '../../domain/plans/plan-samples.ts';
import {
  after,
  before,
  by,
  changeFixture,
  patch_id,
  propose,
  type ChangeFixture,
} from './change-fixture.ts';

const run = promisify(execFile);
let fixture: ChangeFixture;
beforeEach(async () => void (fixture = await changeFixture()));
afterEach(() => fixture.close());

const apply = () => applyChange(fixture.deps, patch_id, by, AbortSignal.timeout(60_000));
const patch = async () => (await fixture.store.patches.find(patch_id))!;
/** The file, what the container was made from, and the limit, as one of two: `before` or `after`. */
async function stands(): Promise<string> {
  const file = await readFile(fixture.file, 'utf8');
  const { made, cpus } = fixture.host;
  const all = [file === after, made === after, cpus === 2];
  if (all.every(Boolean)) return 'after';
  return file === before && made === before && cpus === 1 ? 'before' : `mixed: ${all.join(' ')}`;
}

test('files, container and limit are changed, and what was there before is noted', async () => {
  await propose(fixture.store);
  expect(await apply()).toEqual({ status: 'applied', detail: null });
  expect(await stands()).toBe('after');
  expect((await patch()).change).toMatchObject({
    before: [{ service: 'web', healthy: true, definition: sha256(before), as_declared: true }],
    watched: ['web'],
  });
});

test('a patch of what sleeps says that nothing was watched, and keeps saying it', async () => {
  await propose(fixture.store);
  fixture.host.asleep = true;
  const { status, detail } = await apply();
  expect(status).toBe('applied');
  expect(detail).toMatch(/^Not watched, since no window keeps it running: web\./);
  await fixture.store.plans.insert(
    aPlan({ plan_id: (await patch()).plan_id!, status: 'DONE' }),
    null,
    [],
  );
  await createPatchRound(fixture.deps)();
  expect(await patch()).toMatchObject({ status: 'kept', detail, change: { watched: [] } });
});

test('a patch whose Engine is away is tried again', async () => {
  await propose(fixture.store);
  fixture.host.refuses = new EngineError('unavailable', 'it does not answer', null);
  await expect(apply()).rejects.toThrow('it does not answer');
  fixture.host.refuses = null;
  expect(await apply()).toEqual({ status: 'applied', detail: null });
  expect(await stands()).toBe('after');
});

test('a second apply changes nothing', async () => {
  await propose(fixture.store);
  await apply();
  const { calls } = fixture.host;
  await apply();
  expect(await stands()).toBe('after');
  expect((await fixture.store.events.page({ limit: 9 })).events).toHaveLength(1);
  expect(fixture.host.calls).toBeGreaterThan(calls);
});

const failures: [string, object, string][] = [
  [
    'what it changed does not stay healthy',
    { trouble: 'web became unhealthy' },
    'web became unhealthy',
  ],
  ['an operation finds something else', { conflict: true }, 'others by now'],
  [
    'the Engine cannot start what it makes',
    { refuses: new EngineError('refused', 'no such program', null) },
    'no such program',
  ],
  ['Compose refuses it', { refuses: new ComposeError('no such network') }, 'no such network'],
];
test.each(failures)('a patch is taken back, with its own status, if %s', async (_, broken, why) => {
  await propose(fixture.store);
  Object.assign(fixture.host, broken);
  const end = await apply();
  fixture.host.conflict = false;
  expect(end).toEqual({ status: 'rolled_back', detail: why });
  expect(await stands()).toBe('before');
  expect((await patch()).status).toBe('rolled_back');
});

test('one that nobody applied is dropped after a day', async () => {
  await propose(fixture.store, { plan_id: null });
  await createPatchRound(fixture.deps)();
  expect((await patch()).status).toBe('proposed');
  fixture.deps.clock = () => Date.now() + 86_400_000;
  await createPatchRound(fixture.deps)();
  expect((await patch()).detail).toContain('24 hours');
  expect((await patch()).status).toBe('dropped');
  expect(await stands()).toBe('before');
});

describe('killed at any call', () => {
  const each = Array.from({ length: 9 }, (_, n) => n);
  test.each(each)('number %i of applying, a retry ends it after', async (dies) => {
    await propose(fixture.store);
    fixture.host.dies = dies;
    await apply().catch((error: unknown) => expect(String(error)).toContain('killed'));
    expect(['before', 'after']).toContain(await fileStands());
    fixture.host.dies = Infinity;
    expect((await apply()).status).toBe('applied');
    expect(await stands()).toBe('after');
  });

  test.each(each)('number %i of applying, a rollback ends it before', async (dies) => {
    await propose(fixture.store);
    fixture.host.dies = dies;
    await apply().catch((error: unknown) => expect(String(error)).toContain('killed'));
    fixture.host.dies = Infinity;
    const { status } = await rollBackPatch(fixture.deps, patch_id, by);
    expect(['rolled_back', 'dropped']).toContain(status);
    expect(await stands()).toBe('before');
  });

  test.each(each)('number %i of an automatic rollback, a retry only takes back', async (more) => {
    await propose(fixture.store);
    const { host } = fixture;
    host.trouble = 'web became unhealthy';
    const watch = host.watch.bind(host);
    host.watch = async (change) => {
      const seen = await watch(change);
      if (host.dies === Infinity) host.dies = host.calls + more;
      return seen;
    };
    await apply().catch((error: unknown) => expect(String(error)).toContain('killed'));
    host.watch = watch;
    host.dies = Infinity;
    // as if it would hold this time
    host.trouble = null;
    await (more % 2 === 0 ? apply() : createPatchRound(fixture.deps)());
    expect((await patch()).status).toBe('rolled_back');
    expect((await patch()).detail).toBe('web became unhealthy');
    expect(host.history.filter((text) => text === after)).toHaveLength(1);
    expect(await stands()).toBe('before');
  });

  test.each(each)('number %i of a rollback, a retry ends it before', async (more) => {
    await propose(fixture.store);
    await apply();
    fixture.host.dies = fixture.host.calls + more;
    await rollBackPatch(fixture.deps, patch_id, by).catch((error: unknown) =>
      expect(String(error)).toContain('killed'),
    );
    fixture.host.dies = Infinity;
    await rollBackPatch(fixture.deps, patch_id, by);
    expect((await patch()).status).toBe('rolled_back');
    expect(await stands()).toBe('before');
  });
});

const fileStands = async (): Promise<string> =>
  (await readFile(fixture.file, 'utf8')) === before ? 'before' : 'after';

describe('in a git work tree', () => {
  const git = async (...args: string[]): Promise<string> => {
    const own = ['-c', 'user.name=ana', '-c', 'user.email=ana@example.org'];
    return (await run('git', ['-C', dirname(fixture.file), ...own, ...args])).stdout;
  };
  const log = async (): Promise<string[]> =>
    (await git('log', '--format=%an: %s')).trim().split('\n');
  beforeEach(async () => {
    await git('init', '-q');
    await git('add', '.');
    await git('commit', '-q', '-m', 'the stack');
    await propose(fixture.store);
  });

  test('a patch is one commit of its files, and a rollback another one', async () => {
    await writeFile(join(dirname(fixture.file), 'notes.txt'), 'mine');
    await git('add', 'notes.txt');
    await apply();
    await apply();
    expect(await log()).toEqual(['VX11: less memory', 'ana: the stack']);
    expect(await git('log', '-1', '--format=%B')).toContain(
      `Patch-Id: ${patch_id}\nPlan-Id: plan-00000000000000cc01\nConfirmed-By: ana`,
    );
    expect(await git('show', '--name-only', '--format=')).toBe('compose.yaml\n');
    expect((await patch()).change!.commit).toBe((await git('rev-parse', 'HEAD')).trim());
    await rollBackPatch(fixture.deps, patch_id, by);
    expect(await log()).toEqual([
      'VX11: Take back: less memory',
      'VX11: less memory',
      'ana: the stack',
    ]);
    // what somebody else prepared stays prepared
    expect(await git('status', '--porcelain')).toBe('A  notes.txt\n');
  });

  test('nothing is written over changes that are not committed', async () => {
    await writeFile(fixture.file, `${before}# mine\n`);
    const end = await apply();
    expect(end.status).toBe('dropped');
    expect(end.detail).toContain('compose.yaml has changes that are not committed');
    expect(await readFile(fixture.file, 'utf8')).toBe(`${before}# mine\n`);
    expect(await log()).toEqual(['ana: the stack']);
  });

  test('hooks of the repository do not run', async () => {
    const hook = join(dirname(fixture.file), '.git/hooks/pre-commit');
    await writeFile(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await apply();
    expect(await log()).toEqual(['VX11: less memory', 'ana: the stack']);
  });

  test('a patch is dropped, and says why, if git does not commit what was there before', async () => {
    fixture.deps.git = () => 'commit_first';
    await writeFile(fixture.file, `${before}# mine\n`);
    const head = await git('rev-parse', 'HEAD');
    await writeFile(join(dirname(fixture.file), '.git/MERGE_HEAD'), head);
    expect(await apply()).toMatchObject({
      status: 'dropped',
      detail: expect.stringContaining('cannot do a partial commit during a merge'),
    });
    expect(await readFile(fixture.file, 'utf8')).toBe(`${before}# mine\n`);
  });

  test('nothing is committed if the stack says so', async () => {
    fixture.deps.git = () => 'off';
    await apply();
    expect(await log()).toEqual(['ana: the stack']);
    expect(await stands()).toBe('after');
  });
});
