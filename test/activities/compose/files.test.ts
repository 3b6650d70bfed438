import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFilesOf, type ReadFiles } from '../../../activities/compose/files.ts';
import { findSource } from '../../../activities/compose/source.ts';

let root: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'vx11-files-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

let stacks = 0;
/** Creates a folder with these files. */
async function stackOf(files: Record<string, string>): Promise<string> {
  const folder = join(root, `stack-${(stacks += 1)}`);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

async function filesOf(folder: string, env: Record<string, string> = {}): Promise<ReadFiles> {
  return readFilesOf(await findSource(join(folder, 'compose.yaml'), env), env);
}

/** All files that the stack is read from except `compose.yaml` and `.env`, relative to the folder. */
async function namedIn(text: string, others: Record<string, string> = {}): Promise<string[]> {
  const folder = await stackOf({ 'compose.yaml': text, ...others });
  const { compose, values } = await filesOf(folder);
  const names = [...compose, ...values].map((name) => name.slice(folder.length + 1));
  return names.filter((name) => name !== 'compose.yaml' && name !== '.env').sort();
}

test.each<[string, string, string[]]>([
  ['an env file', 'services: {a: {env_file: a.env}}', ['a.env']],
  [
    'several env files, each once',
    'services: {a: {env_file: [a.env, b.env]}, b: {env_file: a.env}}',
    ['a.env', 'b.env'],
  ],
  [
    'an env file that may be missing',
    'services: {a: {env_file: [{path: a.env, required: false}]}}',
    ['a.env'],
  ],
  ['a label file', 'services: {a: {label_file: a.labels}}', ['a.labels']],
  [
    'a file that a service extends',
    'services: {a: {extends: {file: base.yml, service: x}}}',
    ['base.yml'],
  ],
  [
    'nothing if a service extends another one in the same file',
    'services: {a: {extends: b}, b: {}}',
    [],
  ],
  [
    'an included file, with the .env beside it',
    'include: [sub/one.yml, two.yml]',
    ['sub/.env', 'sub/one.yml', 'two.yml'],
  ],
  [
    'files included in the long form',
    'include: [{path: [one.yml, two.yml], env_file: three.env}]',
    ['one.yml', 'three.env', 'two.yml'],
  ],
  [
    'a file named in a merged YAML mapping',
    'x-a: &a {env_file: a.env}\nservices: {a: {<<: *a}}',
    ['a.env'],
  ],
  ['nothing in a file that is not YAML', 'services: {a: [', []],
  ['nothing in a file without content', '# nothing', []],
  ['a file named in a second document', 'services: {}\n---\ninclude: [one.yml]', ['one.yml']],
  ['a value with a custom tag', 'services: {a: {env_file: !override [a.env]}}', ['a.env']],
  ['a path with a variable', 'services: {a: {env_file: "${FILE:-a}.env"}}', ['a.env']],
])('files that a compose file refers to: %s', async (_, text, expected) => {
  expect(await namedIn(text)).toEqual(expected);
});

test('included and extended files are followed at any depth', async () => {
  const found = await namedIn('include: [{path: a/compose.yml, project_directory: a}]', {
    'a/compose.yml': 'include: [b/compose.yml]',
    'a/b/compose.yml': 'services: {x: {extends: {file: c/base.yml, service: y}}}',
    'a/b/c/base.yml': 'services: {y: {extends: {file: d.yml, service: z}, env_file: y.env}}',
    'a/b/c/d.yml': 'services: {z: {env_file: "${Z}.env"}}',
    'a/b/.env': 'Z=zed # of the included project',
  });
  expect(found).toEqual([
    'a/.env',
    'a/b/.env',
    'a/b/c/base.yml',
    'a/b/c/d.yml',
    'a/b/c/y.env',
    'a/b/c/zed.env',
    'a/b/compose.yml',
    'a/compose.yml',
  ]);
});

test('files that include each other are read once', async () => {
  expect(await namedIn('include: [a.yml]', { 'a.yml': 'include: [compose.yaml, a.yml]' })).toEqual([
    'a.yml',
  ]);
});

test('a variable in a file name comes from the environment, else from .env', async () => {
  const folder = await stackOf({
    'compose.yaml': 'services: {a: {env_file: "${A}-${B}.env"}}',
    '.env': 'export A="one"\nB=two',
  });
  expect((await filesOf(folder)).values).toContain(join(folder, 'one-two.env'));
  expect((await filesOf(folder, { B: 'three' })).values).toContain(join(folder, 'one-three.env'));
});

test('a file that changed is read again', async () => {
  const folder = await stackOf({ 'compose.yaml': 'include: [one.yml]' });
  const file = join(folder, 'compose.yaml');
  await utimes(file, 1, 1);
  expect((await filesOf(folder)).compose).toContain(join(folder, 'one.yml'));
  await writeFile(file, 'include: [two.yml]');
  await utimes(file, 2, 2);
  expect((await filesOf(folder)).compose).toEqual([file, join(folder, 'two.yml')]);
});
