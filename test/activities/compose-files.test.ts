import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { referencedFiles } from '../../activities/compose-files.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'vx11-files-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function namedIn(text: string): Promise<string[]> {
  const file = join(folder, `compose-${(files += 1)}.yml`);
  await writeFile(file, text);
  return (await referencedFiles([file])).map((name) => name.slice(folder.length + 1)).sort();
}

test.each<[string, string, string[]]>([
  ['an env file', 'services: {a: {env_file: a.env}}', ['a.env']],
  [
    'several env files, each once',
    'services: {a: {env_file: [a.env, b.env]}, b: {env_file: a.env}}',
    ['a.env', 'b.env'],
  ],
  [
    'an env file in its long form',
    'services: {a: {env_file: [{path: a.env, required: false}]}}',
    ['a.env'],
  ],
  [
    'what a service extends',
    'services: {a: {extends: {file: base.yml, service: x}}}',
    ['base.yml'],
  ],
  ['nothing where a service extends its neighbour', 'services: {a: {extends: b}, b: {}}', []],
  ['what is included', 'include: [one.yml, two.yml]', ['one.yml', 'two.yml']],
  [
    'what is included in its long form',
    'include: [{path: [one.yml, two.yml]}]',
    ['one.yml', 'two.yml'],
  ],
  ['what merged YAML brings', 'x-a: &a {env_file: a.env}\nservices: {a: {<<: *a}}', ['a.env']],
  ['nothing in a file that is no YAML', 'services: {a: [', []],
  ['nothing in an empty file', '', []],
])('of a compose file are found: %s', async (_, text, expected) => {
  expect(await namedIn(text)).toEqual(expected);
});

test('names are taken from the folder of the file that names them', async () => {
  const file = join(folder, 'main.yaml');
  await writeFile(file, 'services: {a: {env_file: sub/../a.env}}');
  expect(await referencedFiles([file, join(folder, '.env')])).toEqual([join(folder, 'a.env')]);
});

test('a file that is not there names nothing', async () => {
  expect(await referencedFiles([join(folder, 'gone.yml')])).toEqual([]);
});

test('a file that changed is read again', async () => {
  const file = join(folder, 'changing.yml');
  await writeFile(file, 'include: [one.yml]');
  await utimes(file, 1, 1);
  await referencedFiles([file]);
  await writeFile(file, 'include: [two.yml]');
  await utimes(file, 2, 2);
  expect(await referencedFiles([file])).toEqual([join(folder, 'two.yml')]);
});
