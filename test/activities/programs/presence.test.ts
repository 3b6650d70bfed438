import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPrograms } from '../../../activities/programs/presence.ts';
import type { SearchedRoot } from '../../../activities/programs/program-files.ts';
import { startStandIns, type StandIns } from './stand-ins.ts';

let programs: StandIns;
beforeEach(async () => void (programs = await startStandIns()));
afterEach(() => programs.close());

const at = '2026-11-29T12:00:00.000Z';
const find = async (change: Partial<SearchedRoot> = {}) => {
  const found = await findPrograms(programs.root(change), programs.table, at);
  return new Map(found.map((one) => [one.name, one]));
};

test('a program is found with its real path and the state of its file, and is not run', async () => {
  const file = await programs.script('good', `touch ${programs.folder}/ran`);
  await programs.link('alias', 'good');
  await programs.file('bin/unknown', '', 0o755);
  const found = await find();
  expect([...found.keys()].toSorted()).toEqual(['alias', 'good']);
  expect(found.get('good')).toMatchObject({
    path: file,
    realpath: file,
    root: 'image',
    version: null,
    version_from: 'unknown',
    usable: true,
    reason: null,
    auth: 'unknown',
    checked_at: at,
    asked: false,
    identity: { realpath: file, inode: expect.stringMatching(/^\d+$/) as string },
  });
  expect(found.get('alias')).toMatchObject({ path: join(programs.bin, 'alias'), realpath: file });
  expect(found.get('alias')!.identity).toEqual(found.get('good')!.identity);
});

test('what cannot be used says why', async () => {
  await programs.file('bin/plain', 'text');
  await programs.link('loop-a', 'loop-b');
  await programs.link('loop-b', 'loop-a');
  await programs.link('dangling', '/nowhere/at/all');
  await programs.link('under-a-file', 'plain/below');
  await mkdir(join(programs.bin, 'folder'));
  await programs.link('device', '/dev/null');
  for (const name of ['plain', 'folder']) programs.know(name);
  const found = await find();
  expect(
    [...found]
      .map(([name, { usable, reason }]) => [name, usable, reason])
      .toSorted(([one], [other]) => String(one).localeCompare(String(other))),
  ).toEqual([
    ['dangling', false, 'its link leads nowhere'],
    ['device', false, 'it is not a regular file'],
    ['folder', false, 'it is a folder'],
    ['loop-a', false, 'its links lead in a circle'],
    ['loop-b', false, 'its links lead in a circle'],
    ['plain', false, 'it is not executable'],
    ['under-a-file', false, 'its link leads nowhere'],
  ]);
  expect([...found.values()].every(({ identity }) => identity === null)).toBe(true);
});

test('the first executable file of the PATH is taken, as a shell does', async () => {
  await programs.script('tool', 'exit 0');
  await programs.file('first/tool', 'not executable');
  const second = await programs.file('second/tool', '', 0o755);
  const folders = ['first', 'second', 'bin'].map((name) => join(programs.folder, name));
  const missing = join(programs.folder, 'missing');
  const found = await find({ path: [missing, ...folders, '', '.', folders[1]!] });
  expect(found.get('tool')).toMatchObject({ path: second, usable: true });
});

describe('in a mounted root', () => {
  const mounted = (): Partial<SearchedRoot> => ({
    root: 'host',
    folder: programs.folder,
    path: ['/bin', '/usr/bin'],
    variables: null,
  });
  test('links stay inside of it, wherever they point', async () => {
    await programs.file('usr/bin/real', '', 0o755);
    await programs.link('absolute', '/usr/bin/real');
    await programs.link('relative', '../usr/bin/real');
    await programs.link('upwards', '../../../../../../usr/bin/real');
    // there is one on this machine, and none in the root
    await programs.link('outside', process.execPath);
    await programs.link('loop', 'loop');
    const found = await find(mounted());
    for (const name of ['absolute', 'relative', 'upwards'])
      expect(found.get(name)).toMatchObject({
        path: `/bin/${name}`,
        realpath: '/usr/bin/real',
        root: 'host',
        usable: true,
      });
    expect(found.get('outside')).toMatchObject({ realpath: null, usable: false });
    expect(found.get('loop')!.reason).toBe('its links lead in a circle');
  });
  test('a PATH folder may be a link too', async () => {
    await programs.file('usr/bin/real', '', 0o755);
    programs.know('real');
    await symlink('usr/bin', join(programs.folder, 'sbin'));
    const found = await find({ ...mounted(), path: ['/sbin'] });
    expect(found.get('real')).toMatchObject({ path: '/sbin/real', realpath: '/usr/bin/real' });
  });
});

describe('a login', () => {
  const auth = { auth: { env: ['TOOL_TOKEN'], files: ['.config/tool/key'] } };
  const login = async (change: Partial<SearchedRoot>) => (await find(change)).get('tool')!.auth;
  beforeEach(async () => void (await programs.script('tool', 'exit 0', auth)));

  test('is ready with a known variable, whatever its value', async () =>
    expect(await login({ variables: new Set(['TOOL_TOKEN']) })).toBe('ready'));
  test('is ready with a credential file, which is not opened', async () => {
    const key = await programs.file('home/.config/tool/key', 'secret', 0o000);
    const homes = [join(programs.folder, 'home')];
    expect(await login({ homes })).toBe('ready');
    expect(await login({ homes, variables: null })).toBe('ready');
    await chmod(key, 0o600);
  });
  test('is missing where both can be seen and neither is there', async () =>
    expect(await login({ homes: [programs.folder] })).toBe('missing'));
  test('is unknown where there is no home to look into, or the variables are not known', async () => {
    expect(await login({})).toBe('unknown');
    expect(await login({ homes: ['/nowhere/home'] })).toBe('unknown');
    expect(await login({ homes: [programs.folder], variables: null })).toBe('unknown');
  });
});
