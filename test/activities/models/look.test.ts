import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookAtModels } from '../../../activities/models/look.ts';
import type { KeptModel } from '../../../activities/models/model-activities.ts';
import { sha256 } from '../../../platform/hash.ts';
import { ggufFile } from './stand-in-hub.ts';

const bytes = ggufFile(1000);
let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'vx11-look-'))));
afterEach(() => rm(root, { recursive: true }));

const put = async (path: string, content: Buffer = bytes): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
};
const row = (path: string, status: KeptModel['status'] = 'ready'): KeptModel => ({
  model_id: `model-${path}`,
  source: 'hub',
  name: `ana/tiny:${path}`,
  files: [{ path, size_bytes: bytes.length, sha256: sha256(path) }],
  status,
});
const look = (models: KeptModel[] = [], live: string[] = []) =>
  lookAtModels(root, { models, live });
const found = async (...given: Parameters<typeof look>) =>
  (await look(...given)).found.map(({ files, reason }) => [
    files.map(({ path }) => path.replace(/^(@quarantine\/)[\da-f]{16}-/, '$1')).join(' '),
    reason,
  ]);

describe('files without a row', () => {
  test('are taken in if they are models, with their hash and header', async () => {
    await put('mine/tiny.gguf');
    const [one] = (await look()).found;
    expect(one).toMatchObject({
      files: [{ path: 'mine/tiny.gguf', size_bytes: 1000 }],
      header: { format: 'gguf', architecture: 'llama', context_length: 2048 },
      reason: null,
    });
  });
  test('are one model if they are its parts, and none if a part is missing', async () => {
    await put('a/m-00001-of-00002.gguf');
    await put('a/m-00002-of-00002.gguf');
    await put('b/m-00002-of-00003.gguf');
    expect(await found()).toEqual([
      ['a/m-00001-of-00002.gguf a/m-00002-of-00002.gguf', null],
      ['@quarantine/m-00002-of-00003.gguf', 'only 1 of its 3 parts are there'],
    ]);
    expect(await readdir(join(root, 'b'))).toEqual([]);
  });
  test.each<[string, Buffer, string]>([
    ['page.gguf', Buffer.from('<html>'), 'its header is not that of a model'],
    ['pickle.bin', bytes, 'a format that may hold code'],
    ['odd;name.gguf', bytes, 'its name is not allowed'],
  ])('are moved aside: %s', async (name, content, reason) => {
    await put(name, content);
    expect(await found()).toEqual([[`@quarantine/${name.replace(';', '_')}`, reason]]);
    expect(await readdir(root)).toEqual(['@quarantine']);
    expect(await found()).toEqual([]);
  });
  test('are left alone if they claim nothing, are links, are known, or are being pulled', async () => {
    await put('readme.md');
    await put('known.gguf');
    await put('ana/tiny/c/new.gguf');
    await put('@partial/abc');
    await symlink('/etc/passwd', join(root, 'link.gguf'));
    expect(await found([row('known.gguf')], ['ana/tiny'])).toEqual([]);
  });
});

describe('rows', () => {
  test('are missing without their file, or with a file of another length, and back with it', async () => {
    await put('there.gguf');
    await put('short.gguf', Buffer.alloc(3));
    await put('again.gguf');
    const rows = [
      row('there.gguf'),
      row('short.gguf'),
      row('gone.gguf'),
      row('again.gguf', 'missing'),
    ];
    expect(await look(rows)).toMatchObject({
      missing: ['model-short.gguf', 'model-gone.gguf'],
      back: ['model-again.gguf'],
      removed: [],
    });
  });
  test('that are to be removed lose their files and empty folders, unless they are pulled again', async () => {
    await put('ana/x/c/gone.gguf');
    await put('ana/y/stays.gguf');
    const rows = [row('ana/x/c/gone.gguf', 'removing'), row('ana/y/stays.gguf')];
    expect((await look(rows, ['ana/tiny'])).removed).toEqual([]);
    expect(await look(rows)).toMatchObject({ removed: ['model-ana/x/c/gone.gguf'], missing: [] });
    expect(await readdir(join(root, 'ana'))).toEqual(['y']);
    expect((await look(rows)).removed).toEqual(['model-ana/x/c/gone.gguf']);
  });
  test('may have a name that begins with two dots', async () => {
    await put('..tiny/gone.gguf');
    await look([row('..tiny/gone.gguf', 'removing')]);
    expect(await readdir(root)).not.toContain('..tiny');
  });
  test('cannot name a file outside of the folder', async () => {
    await writeFile(`${root}.outside`, 'x');
    const evil = { ...row('a.gguf', 'removing') };
    evil.files = [{ ...evil.files[0]!, path: `../${root.split('/').at(-1)}.outside` }];
    await look([evil]);
    await expect(readdir(dirname(root))).resolves.toContain(`${root.split('/').at(-1)}.outside`);
    await rm(`${root}.outside`);
  });
});

test('partial files are kept for 7 days', async () => {
  await put('@partial/old');
  await put('@partial/new');
  const then = Date.now() / 1000 - 8 * 24 * 3600;
  await utimes(join(root, '@partial/old'), then, then);
  await look();
  expect(await readdir(join(root, '@partial'))).toEqual(['new']);
});
