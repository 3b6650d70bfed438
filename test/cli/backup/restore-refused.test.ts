import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, test } from 'vitest';
import { tarHeader } from '../../../activities/engine/tar.ts';
import { lockHome } from '../../../cli/up/process/lock.ts';
import { anInstallation } from './an-installation.ts';

let one: Awaited<ReturnType<typeof anInstallation>>;
let before: Record<string, string>;
beforeEach(async () => {
  one = await anInstallation();
  mkdirSync(one.home);
  await one.fill();
  await one.run(`backup ${one.file}`);
  before = homeNow();
});

const homeNow = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(one.home, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('-shm'))
      .map(({ name }) => [name, sha256(readFileSync(join(one.home, name)))]),
  );
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The restore is refused with these words, and the home is as it was. */
async function expectRefused(words: string): Promise<void> {
  const { code, out, err } = await one.run(`restore ${one.file}`);
  expect(err).toContain(words);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(homeNow()).toEqual(before);
  expect(readdirSync(one.home).filter((name) => name.includes('restore'))).toEqual([]);
}

const entry = (path: string, content: Buffer, type: string = '0'): Buffer => {
  const meta = { path, size: content.length, mode: 0o600, uid: 0, gid: 0, modified: 0 };
  const header = tarHeader(meta, type as '0');
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
};

/** Replaces the backup by one of these files, with a list that fits them. */
function writeBackup(files: [path: string, content: Buffer][], change: object = {}): void {
  const list = files.map(([path, content]) => ({
    path,
    size: content.length,
    sha256: sha256(content),
  }));
  const head = { format: 1, version: '0.1.0', created_at: new Date(0).toISOString() };
  const manifest = { ...head, store: 'sqlite', files: list, ...change };
  const parts = [
    entry('manifest.json', Buffer.from(JSON.stringify(manifest))),
    ...files.map(([path, content]) => entry(path, content)),
    Buffer.alloc(1024),
  ];
  writeFileSync(one.file, Buffer.concat(parts));
}

/** The store of the home after `sql`, as a file of its own. */
function changedStore(sql: string): Buffer {
  const copy = join(one.root, 'changed.db');
  using store = new DatabaseSync(join(one.home, 'vx11.db'), { readOnly: true });
  store.prepare('vacuum into ?').run(copy);
  using database = new DatabaseSync(copy);
  database.exec(sql);
  return readFileSync(copy);
}

test.each([0.01, 0.3, 0.9, 0.999])('a backup cut off after %d of it', async (part) => {
  const whole = readFileSync(one.file);
  writeFileSync(one.file, whole.subarray(0, Math.floor(part * whole.length)));
  await expectRefused('ends too early');
});

test('a backup of which one byte has changed', async () => {
  const bytes = readFileSync(one.file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = bytes[at]! ^ 1;
  writeFileSync(one.file, bytes);
  await expectRefused('is damaged');
});

test('a file that is no backup', async () => {
  writeFileSync(one.file, 'x'.repeat(4096));
  await expectRefused('is no backup of VX11');
});

test.each(['../outside', '/etc/outside', 'run/../../outside', 'tokens.env/../x'])(
  'a path that leads elsewhere: %s',
  async (path) => {
    writeBackup([[path, Buffer.from('x')]]);
    await expectRefused('its list of files is not valid');
    // and one that is in no list
    const list = entry('manifest.json', Buffer.from(manifestOf([])));
    writeFileSync(
      one.file,
      Buffer.concat([list, entry(path, Buffer.from('x')), Buffer.alloc(1024)]),
    );
    await expectRefused('not in its list');
    expect(readdirSync(one.root)).not.toContain('outside');
  },
);

const manifestOf = (files: object[]): string =>
  JSON.stringify({
    format: 1,
    version: '0.1.0',
    created_at: new Date(0).toISOString(),
    store: 'sqlite',
    files,
  });

test.each([
  ['a hard link', '1'],
  ['a symbolic link', '2'],
  ['a folder', '5'],
])('%s in the place of a file', async (_, type) => {
  const list = [{ path: 'tokens.env', size: 0, sha256: sha256(Buffer.alloc(0)) }];
  const parts = [
    entry('manifest.json', Buffer.from(manifestOf(list))),
    entry('tokens.env', Buffer.alloc(0), type),
    Buffer.alloc(1024),
  ];
  writeFileSync(one.file, Buffer.concat(parts));
  await expectRefused('not in its list');
});

test('a backup of a newer version, in words that name it', async () => {
  writeBackup([], { format: 3, version: '9.1.0' });
  await expectRefused('was made by VX11 9.1.0');
  const newer = `insert into migrations (name, at, version) values ('9999-later', 1, '9.1.0')`;
  writeBackup([['vx11.db', changedStore(newer)]]);
  await expectRefused('The store was last migrated by VX11 9.1.0');
});

test('a store whose log was changed', async () => {
  const names = `select name from sqlite_master where type = 'trigger' and tbl_name = 'events'`;
  using database = new DatabaseSync(join(one.home, 'vx11.db'), { readOnly: true });
  const triggers = database.prepare(names).all() as { name: string }[];
  const free = triggers.map(({ name }) => `drop trigger ${name};`).join('');
  writeBackup([['vx11.db', changedStore(`${free} update events set actor = 'b' where seq = 1`)]]);
  await expectRefused('The log events in the backup was changed or damaged at row 1');
});

test('a store that SQLite finds damaged', async () => {
  const bytes = changedStore('select 1');
  bytes.fill(7, 3 * 4096, 12 * 4096);
  writeBackup([['vx11.db', bytes]]);
  await expectRefused('The store in the backup is damaged');
});

test('a restore while VX11 runs, by its lock or by its signs of life', async () => {
  const release = lockHome(one.home);
  await expectRefused('VX11 is already running');
  release();
  const at = Date.now() + 60_000;
  await one.withStore((store) =>
    store.presence.beat({ process: 'madre', host: 'box', at, detail: {} }),
  );
  before = homeNow();
  await expectRefused('madre gave a sign of life');
});
