import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFilesReader } from '../../../activities/incidents/readers/files.ts';
import { createImagesReader } from '../../../activities/incidents/readers/images.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';

const hour = 3_600_000;
let folder: string;
let store: Store;
let now: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-tree-'));
  store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  now = noon;
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});
const base = () => ({ store, host: 'box', clock: () => now, log: pino({ level: 'silent' }) });

describe('the folder of the stack', () => {
  test('is held against a day ago, without what services and VX11 write', async () => {
    const stack = join(folder, 'stack');
    const volume = { type: 'bind', source: join(stack, 'data') };
    const reading = () => ({ config: { services: { db: { volumes: [volume] } } } });
    const power = { ...base(), catalog: { reading } } as unknown as PowerHost;
    const read = createFilesReader(power, stack, join(stack, 'vx11'));
    for (const name of ['data', 'conf', 'vx11', 'node_modules'])
      await mkdir(join(stack, name), { recursive: true });
    await writeFile(join(stack, 'compose.yml'), '', { mode: 0o644 });
    await writeFile(join(stack, 'conf/app.conf'), '', { mode: 0o644 });
    expect(await read()).toEqual([]);

    now += hour;
    for (const name of ['data', 'vx11', 'node_modules'])
      await writeFile(join(stack, name, 'x'), '');
    // content is nothing that this looks at
    await writeFile(join(stack, 'compose.yml'), 'services: {}');
    expect(await read()).toEqual([]);
    await writeFile(join(stack, 'conf/new.conf'), '');
    await chmod(join(stack, 'compose.yml'), 0o666);
    await rm(join(stack, 'conf/app.conf'));
    const found = [
      { path: 'compose.yml', what: 'permission' },
      { path: 'conf/app.conf', what: 'missing' },
      { path: 'conf/new.conf', what: 'extra' },
    ];
    const sorted = async () => (await read()).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(await sorted()).toEqual(found);
    const patch = {
      patch_id: 'patch-0000000000000001',
      host: 'box',
      status: 'kept',
      created_at: new Date(now).toISOString(),
      applied_at: new Date(now).toISOString(),
      files: [{ path: 'conf/new.conf' }],
      change: { operations: [{ op: 'file_mode', file: 'compose.yml' }] },
    };
    await store.patches.create(patch as never, []);
    expect(await sorted()).toEqual([found[1]]);
    now += 23 * hour;
    expect(await sorted()).toEqual([found[1]]);
    now += hour;
    expect(await read()).toEqual([]);
  });

  const nothingWritten = () =>
    ({ ...base(), catalog: { reading: () => null } }) as unknown as PowerHost;
  test('that cannot be read, as one that is not mounted, has lost nothing, and nothing is new in it afterwards', async () => {
    const [stack, away] = [join(folder, 'stack'), join(folder, 'away')];
    await mkdir(join(stack, 'conf'), { recursive: true });
    await writeFile(join(stack, 'conf/app.conf'), '');
    const read = createFilesReader(nothingWritten(), stack, join(folder, 'vx11'));
    expect(await read()).toEqual([]);
    await rename(stack, away);
    now += hour;
    expect(await read()).toEqual([]);
    now += 25 * hour;
    expect(await read()).toEqual([]);
    await rename(away, stack);
    expect(await read()).toEqual([]);
    await rm(join(stack, 'conf/app.conf'));
    expect(await read()).toEqual([{ path: 'conf/app.conf', what: 'missing' }]);
  });
  test('with more files than are looked at says nothing of the folders that are left out', async () => {
    const stack = join(folder, 'stack');
    for (const name of ['a', 'b']) {
      await mkdir(join(stack, name), { recursive: true });
      await writeFile(join(stack, name, '1'), '');
      await writeFile(join(stack, name, '2'), '');
    }
    const read = createFilesReader(nothingWritten(), stack, join(folder, 'vx11'), 6);
    expect(await read()).toEqual([]);
    await writeFile(join(stack, 'a/3'), '');
    expect(await read()).toEqual([{ path: 'a/3', what: 'extra' }]);
    // meanwhile something comes into the folder that is left out
    await writeFile(join(stack, 'b/3'), '');
    await rm(join(stack, 'a/3'));
    await rm(join(stack, 'a/2'));
    expect(await read()).toEqual([{ path: 'a/2', what: 'missing' }]);
  });
});

describe('images of the stack', () => {
  const old = `sha256:${'1'.repeat(64)}`;
  const fresh = `sha256:${'2'.repeat(64)}`;
  const id = `sha256:${'a'.repeat(64)}`;
  let asked: string[];
  let quota: number | null;
  beforeEach(() => {
    asked = [];
    quota = null;
  });
  const reader = (digests: Record<string, string[]>, mayAsk = true) => {
    const services = Object.keys(digests).map((ref) => ({ name: ref, image_source: { ref } }));
    const getImage = (ref: string) => ({
      inspect: async () => ({ Id: id, RepoDigests: digests[ref]!.map((one) => `${ref}@${one}`) }),
    });
    const power = {
      ...base(),
      catalog: { known: () => ({ services }), settings: () => ({}) },
      engine: { docker: { getImage } },
    } as unknown as PowerHost;
    const remote = async (ref: string) => {
      asked.push(ref);
      return { digest: fresh, quota };
    };
    return createImagesReader(power, { folder, remote, mayAsk: () => mayAsk });
  };
  const behind = async (read: ReturnType<typeof reader>) =>
    Object.fromEntries((await read()).map((one) => [one.reference, one.behind]));

  test('are asked for once a day each, and one of several digests that is the remote one is enough', async () => {
    const read = reader({ web: [old], db: [old, fresh], built: [] });
    const found = { web: true, db: false, built: false };
    expect(await behind(read)).toEqual(found);
    expect(asked).toEqual(['web', 'db']);
    now += 23 * hour;
    expect(await behind(read)).toEqual(found);
    expect(asked).toHaveLength(2);
    now += hour;
    await read();
    expect(asked).toHaveLength(4);
  });
  test('are not asked for beyond ten a look, below a fifth of the quota, or if that is off', async () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, nth) => [`i${nth}`, [old]]));
    const read = reader(many);
    await read();
    expect(asked).toHaveLength(10);
    quota = 0.2;
    await read();
    expect(asked).toHaveLength(11);
    expect(Object.values(await behind(reader({ ...many, other: [old] }, false))).at(-1)).toBeNull();
    expect(asked).toHaveLength(11);
  });
});
