import { spawnSync } from 'node:child_process';
import { mkdirSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { anInstallation, windowId } from './an-installation.ts';

let one: Awaited<ReturnType<typeof anInstallation>>;
beforeEach(async () => {
  one = await anInstallation();
  mkdirSync(one.home);
  await one.fill();
});

test('a backup that is made while a writer works is one private tar file with what was committed', async () => {
  await one.withStore(async (store) => {
    await store.events.append([{ type: 'engine.lost', at: 3, actor: 'a' }]);
    const { code, out } = await one.run(`backup ${one.file}`);
    expect(code).toBe(0);
    expect(out).toContain(`${one.file}: vx11.db (`);
  });
  expect(statSync(one.file).mode & 0o777).toBe(0o600);
  const listed = spawnSync('tar', ['-tf', one.file], { encoding: 'utf8' });
  expect(listed.stderr).toBe('');
  expect(listed.stdout.trim().split('\n')).toEqual([
    'manifest.json',
    'vx11.db',
    'tokens.env',
    'internal.key',
  ]);
  expect(one.leftovers()).toEqual([]);
});

test('a backup replaces no file, and says what to do where there is nothing to back up', async () => {
  writeFileSync(one.file, 'mine');
  const again = await one.run(`backup ${one.file}`);
  expect(again).toMatchObject({ code: 1, out: '' });
  expect(again.err).toContain('exists. Name another file');
  expect(readFileSync(one.file, 'utf8')).toBe('mine');
  const empty = await one.run(`backup ${one.root}/b`, { VX11_HOME: join(one.root, 'none') });
  expect(empty.err).toContain('does not exist. Check VX11_HOME.');
  const nowhere = await one.run(`backup ${one.root}/no/b`);
  expect(nowhere.err).toContain('the folder does not exist');
});

test('on Postgres the token and the key are backed up, and the answer names pg_dump', async () => {
  const env = { VX11_STORE_URL: 'postgres://u:p@127.0.0.1:1/vx11' };
  const { code, out } = await one.run(`backup ${one.file}`, env);
  expect(code).toBe(0);
  expect(out).toContain('pg_dump');
  expect(out).not.toContain('vx11.db');
  expect((await one.run(`restore ${one.file}`)).err).toContain('Set VX11_STORE_URL');
  expect((await one.run(`restore ${one.file}`, env)).out).toContain('pg_restore');
});

test('a disk without room for the backup leaves nothing behind', () => {
  // no file of this process may grow beyond 32 KiB
  const main = join(import.meta.dirname, '../../../cli/main.ts');
  const line = `trap '' XFSZ; ulimit -f 32; exec "$0" "${main}" backup "${one.file}"`;
  const { status, stderr } = spawnSync('bash', ['-c', line, process.execPath], {
    encoding: 'utf8',
    env: { ...process.env, VX11_HOME: one.home, NODE_COMPILE_CACHE: '' },
  });
  expect(stderr).toContain('could not be written');
  expect(status).toBe(1);
  expect(existsSync(one.file)).toBe(false);
  expect(one.leftovers()).toEqual([]);
});

test('a restore puts everything back, starts Temporal empty, and keeps what was there before', async () => {
  await one.run(`backup ${one.file}`);
  await one.withStore((store) => store.events.append([{ type: 'engine.lost', at: 3, actor: 'a' }]));
  writeFileSync(join(one.home, 'tokens.env'), 'VX11_TOKEN=second\n');
  const { code, out, err } = await one.run(`restore ${one.file}`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('with receipts');
  expect(await one.windows()).toEqual([windowId]);
  expect(await one.withStore((store) => store.events.newest())).toBe(2);
  expect(one.token()).toContain('first');
  expect(existsSync(join(one.home, 'temporal.db'))).toBe(false);
  const aside = readdirSync(one.home).find((name) => name.startsWith('before-restore-of-'))!;
  expect(readFileSync(join(one.home, aside, 'tokens.env'), 'utf8')).toContain('second');
  expect(readdirSync(join(one.home, aside))).toContain('temporal.db');
  expect(statSync(join(one.home, 'vx11.db')).mode & 0o777).toBe(0o600);
  expect(one.leftovers()).toEqual([]);
});

test('a restore into an empty home makes the same installation', async () => {
  await one.run(`backup ${one.file}`);
  const home = join(one.root, 'other');
  const { code, out } = await one.run(`restore ${one.file}`, { VX11_HOME: home });
  expect(code).toBe(0);
  expect(out).not.toContain('What was there before');
  expect(readdirSync(home).toSorted()).toEqual(['internal.key', 'run', 'tokens.env', 'vx11.db']);
});

test('the keys of models and of colonies are backed up and restored, readable by their owner only', async () => {
  const keys = { 'madre.env': 'DEEPSEEK_API_KEY=first\n', 'inee.keys': 'colony first\n' };
  for (const [name, text] of Object.entries(keys))
    writeFileSync(join(one.home, name), text, { mode: 0o600 });
  expect((await one.run(`backup ${one.file}`)).out).toContain('madre.env (23 bytes), inee.keys (');
  for (const name of Object.keys(keys)) writeFileSync(join(one.home, name), 'second');
  expect(await one.run(`restore ${one.file}`)).toMatchObject({ code: 0, err: '' });
  const aside = readdirSync(one.home).find((name) => name.startsWith('before-restore-of-'))!;
  for (const [name, text] of Object.entries(keys)) {
    expect(readFileSync(join(one.home, name), 'utf8')).toBe(text);
    expect(statSync(join(one.home, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(one.home, aside, name), 'utf8')).toBe('second');
  }
});

test('a restore leaves keys that the backup does not have as they are', async () => {
  await one.run(`backup ${one.file}`);
  writeFileSync(join(one.home, 'madre.env'), 'DEEPSEEK_API_KEY=mine\n');
  expect((await one.run(`restore ${one.file}`)).code).toBe(0);
  expect(readFileSync(join(one.home, 'madre.env'), 'utf8')).toContain('mine');
});
