import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPrograms } from '../../../activities/programs/presence.ts';
import { withFileVersions } from '../../../activities/programs/version-files.ts';
import type { SearchedRoot } from '../../../activities/programs/program-files.ts';
import { startStandIns, type StandIns } from './stand-ins.ts';

let programs: StandIns;
beforeEach(async () => void (programs = await startStandIns()));
afterEach(() => programs.close());

/** The versions of what is found in `folder` as a mounted root, or with paths of this machine. */
async function versions(change: Partial<SearchedRoot> = {}): Promise<Record<string, unknown>> {
  const root = programs.root({
    folder: programs.folder,
    path: ['/bin', '/usr/bin', '/venv/bin'],
    ...change,
  });
  const found = await findPrograms(root, programs.table, '2026-11-29T12:00:00.000Z');
  const known = await withFileVersions(root, found, programs.table);
  return Object.fromEntries(known.map((one) => [one.name, [one.version, one.version_from]]));
}
const json = JSON.stringify;

test('the nearest package.json that declares the program has its version', async () => {
  const cli = 'lib/node_modules/@a/tool';
  await programs.file(`${cli}/dist/bin/cli.js`, '#!/usr/bin/env node', 0o755);
  await programs.file(`${cli}/dist/package.json`, json({ type: 'module' }));
  await programs.file(
    `${cli}/package.json`,
    json({ name: '@a/tool', version: '1.4.0', bin: { tool: 'x' } }),
  );
  await programs.file('package.json', json({ name: 'tool', version: '9.9.9', bin: 'x' }));
  await programs.link('tool', `../${cli}/dist/bin/cli.js`);
  // a package above it that is another one
  await programs.file('lib/node_modules/other/bin/cli.js', '', 0o755);
  await programs.file(
    'lib/node_modules/other/package.json',
    json({ name: 'b', version: '2.0.0', bin: { b: 'x' } }),
  );
  await programs.link('other', '../lib/node_modules/other/bin/cli.js');
  expect(await versions()).toEqual({ tool: ['1.4.0', 'file'], other: [null, 'unknown'] });
});

test('METADATA of the Python distribution below the prefix has it', async () => {
  const packages = 'venv/lib/python3.12/site-packages';
  await programs.file('venv/bin/llm', '#!python', 0o755);
  await programs.file(
    `${packages}/llm_tools-9.0.dist-info/METADATA`,
    'Name: llm-tools\nVersion: 9.0\n',
  );
  await programs.file(
    `${packages}/LLM-0.36.dist-info/METADATA`,
    'Name: llm\nVersion: 0.36\n\nVersion: 8',
  );
  programs.know('llm', { dist: 'llm' });
  expect(await versions()).toEqual({ llm: ['0.36', 'file'] });
});

test('a file beside the program has it', async () => {
  await programs.file('sdk/bin/gcloud', '', 0o755);
  await programs.file('sdk/VERSION', '501.0.0\n');
  await programs.link('gcloud', '../sdk/bin/gcloud');
  programs.know('gcloud', { beside: '../VERSION' });
  expect(await versions()).toEqual({ gcloud: ['501.0.0', 'file'] });
});

test('the Debian package that owns the file has it, also where /bin and /usr/bin are one folder', async () => {
  await programs.file('usr/bin/git', '', 0o755);
  await programs.file('usr/bin/gawk', '', 0o755);
  await programs.file('usr/bin/sed', '', 0o755);
  await programs.file('usr/bin/own', '', 0o755);
  await mkdir(join(programs.folder, 'etc/alternatives'), { recursive: true });
  await symlink('/usr/bin/gawk', join(programs.folder, 'etc/alternatives/awk'));
  await symlink('/etc/alternatives/awk', join(programs.folder, 'usr/bin/awk'));
  await programs.file('var/lib/dpkg/info/git.list', '/.\n/usr\n/usr/bin/git\n');
  await programs.file('var/lib/dpkg/info/gawk:amd64.list', '/usr/bin/gawk\n');
  await programs.file('var/lib/dpkg/info/sed.list', '/bin/sed\n/bin/sed-tool\n');
  const stanza = (name: string, version: string): string =>
    `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n`;
  await programs.file(
    'var/lib/dpkg/status',
    [stanza('git', '1:2.39.5-0+deb12u2'), stanza('gawk', '1:5.2.1-2'), stanza('sed', '4.9-1')].join(
      '\n',
    ),
  );
  for (const name of ['git', 'awk', 'sed', 'own']) programs.know(name);
  await programs.link('wrapper', '/usr/bin/sed');
  programs.know('wrapper', { packaged: false });
  expect(await versions()).toEqual({
    git: ['2.39.5', 'file'],
    awk: ['5.2.1', 'file'],
    sed: ['4.9', 'file'],
    own: [null, 'unknown'],
    wrapper: [null, 'unknown'],
  });
});

test('files that are no files, are broken, or lie outside of the root are no versions', async () => {
  await programs.file('pack/tool/cli.js', '', 0o755);
  await programs.file('pack/tool/package.json', '{ not json');
  await programs.link('tool', '../pack/tool/cli.js');
  await programs.file('sdk/bin/sdk', '', 0o755);
  await symlink('/etc/hostname', join(programs.folder, 'sdk/VERSION'));
  await programs.link('sdk', '../sdk/bin/sdk');
  programs.know('sdk', { beside: '../VERSION' });
  await mkdir(join(programs.folder, 'venv/lib/python3.12/site-packages/x-1.0.dist-info/METADATA'), {
    recursive: true,
  });
  await programs.file('venv/bin/x', '', 0o755);
  programs.know('x', { dist: 'x' });
  expect(await versions()).toEqual({
    tool: [null, 'unknown'],
    sdk: [null, 'unknown'],
    x: [null, 'unknown'],
  });
});
