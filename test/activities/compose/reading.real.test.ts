import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { composeConfig } from '../../../contracts/compose.ts';
import { createCompose, type Compose } from '../../../activities/compose/compose.ts';

const run = promisify(execFile);
const service = 'image: vx11-tiny:local';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'vx11-reading-')));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

const composeOf = (named: string): Compose =>
  createCompose(named, process.env['VX11_COMPOSE_BIN'], '/var/run/docker.sock');

/** The output of `docker compose config` in a folder, with the services of all profiles. */
async function composeSays(args: string[], env: Record<string, string> = {}, where = folder) {
  const { stdout } = await run('docker', ['compose', ...args, '--profile', '*', 'config'], {
    cwd: where,
    env: { ...process.env, ...env, PWD: where },
  });
  return composeConfig.parse(parse(stdout));
}

const a = `services: { a: { ${service}, environment: { FROM: main, V: "\${V:-none}" } } }`;
const b = `services: { a: { environment: { FROM: override } }, b: { ${service}, profiles: [p] } }`;
const c = `services: { c: { ${service} } }`;

test.each<[string, Record<string, string>, string, Record<string, string>]>([
  ['compose.yaml alone', { 'compose.yaml': a }, 'compose.yaml', {}],
  [
    'an override of the other name',
    { 'compose.yaml': a, 'docker-compose.override.yml': b },
    'compose.yaml',
    {},
  ],
  [
    'the first of two overrides',
    { 'docker-compose.yml': a, 'compose.override.yaml': b, 'docker-compose.override.yml': c },
    'docker-compose.yml',
    {},
  ],
  ['a folder', { 'compose.yml': a, 'compose.override.yml': b }, '', {}],
  ['a folder with two files', { 'compose.yaml': a, 'docker-compose.yml': b }, '', {}],
  ['a folder below the file', { 'compose.yaml': a, 'sub/x': '' }, 'sub', {}],
  [
    'COMPOSE_FILE in .env',
    {
      'compose.yaml': a,
      'compose.gpu.yaml': b,
      '.env': 'COMPOSE_FILE=compose.yaml:compose.gpu.yaml',
    },
    'compose.yaml',
    {},
  ],
  [
    'COMPOSE_FILE in .env, with a separator and a variable',
    {
      'sub/compose.yaml': a,
      'gpu.yaml': b,
      '.env':
        'WHERE=sub\nCOMPOSE_PATH_SEPARATOR=;\nCOMPOSE_FILE="${WHERE}/compose.yaml;gpu.yaml" # both\n',
      'sub/.env': 'V=sub',
    },
    '',
    {},
  ],
  [
    'COMPOSE_FILE in the shell',
    { 'compose.yaml': a, 'other.yaml': c },
    '',
    { COMPOSE_FILE: 'other.yaml' },
  ],
  [
    'COMPOSE_PROJECT_NAME in .env',
    { 'compose.yaml': a, '.env': 'COMPOSE_PROJECT_NAME=mine' },
    '',
    {},
  ],
  [
    'COMPOSE_PROJECT_NAME in the shell',
    { 'compose.yaml': `name: x\n${a}` },
    '',
    { COMPOSE_PROJECT_NAME: 'mine' },
  ],
  [
    'COMPOSE_ENV_FILES',
    { 'compose.yaml': a, '.env': 'V=1', 'one.env': 'V=2', 'two.env': 'V=3' },
    'compose.yaml',
    { COMPOSE_ENV_FILES: 'one.env,two.env' },
  ],
  [
    'COMPOSE_DISABLE_ENV_FILE',
    { 'compose.yaml': a, '.env': 'V=1' },
    '',
    { COMPOSE_DISABLE_ENV_FILE: '1' },
  ],
  ['profiles', { 'compose.yaml': a, 'compose.override.yaml': b }, '', { COMPOSE_PROFILES: 'none' }],
])('a stack is read as docker compose reads it in its folder: %s', async (_, files, named, env) => {
  await write(files);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const where = named === 'sub' ? join(folder, 'sub') : folder;
  const { config } = await composeOf(join(folder, named)).read();
  expect(config).toEqual(await composeSays([], env, where));
});

test.each<[string, Record<string, string>, Record<string, string>, string[]]>([
  ['none', {}, {}, []],
  ['of .env', { '.env': 'X=dev\nCOMPOSE_PROFILES=${X}, extra,' }, {}, ['dev', 'extra']],
  ['of the environment', { '.env': 'COMPOSE_PROFILES=dev' }, { COMPOSE_PROFILES: 'gpu' }, ['gpu']],
])('profiles that are active without a flag: %s', async (_, files, env, profiles) => {
  await write({ 'compose.yaml': a, ...files });
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  expect((await composeOf(folder).read()).profiles).toEqual(profiles);
});

test('a list of files is read as with -f, and any other file too', async () => {
  await write({ 'one.yaml': a, 'sub/two.yaml': b, 'compose.override.yaml': c, '.env': 'V=3' });
  const list = ['one.yaml', 'sub/two.yaml'].map((name) => join(folder, name));
  const flags = list.flatMap((name) => ['-f', name]);
  expect((await composeOf(list.join(':')).read()).config).toEqual(await composeSays(flags));
  vi.stubEnv('COMPOSE_PATH_SEPARATOR', ',');
  expect((await composeOf(list.join(',')).read()).config).toEqual(await composeSays(flags));
  expect((await composeOf(list[0]!).read()).config).toEqual(await composeSays(['-f', list[0]!]));
});

test('a project without a name is named after its folder, by the path that was given, also through a link', async () => {
  await write({ 'real/compose.yaml': a });
  await symlink(join(folder, 'real'), join(folder, 'linked'));
  for (const name of ['linked', 'linked/compose.yaml'])
    expect((await composeOf(join(folder, name)).read()).config.name).toBe('linked');
});

test.each<[string, Record<string, string>, string, string]>([
  ['a folder that does not exist', {}, 'no/compose.yaml', 'the folder {}/no does not exist'],
  ['a file that does not exist', {}, 'compose.yaml', '{}/compose.yaml does not exist'],
  ['a folder without a file', {}, '', 'there is no compose file in {};'],
  ['an empty file', { 'compose.yaml': '' }, 'compose.yaml', '{}/compose.yaml is empty'],
  ['the standard input in a list', { 'a.yaml': a }, 'a.yaml:-', 'names the standard input'],
  ['a file elsewhere', { 'a.yaml': a }, 'a.yaml:git@host:x', 'is not on this machine'],
  [
    'a file of COMPOSE_FILE that is not there',
    { '.env': 'COMPOSE_FILE=gone.yaml' },
    '',
    '{}/gone.yaml does not exist',
  ],
])('%s is rejected with one sentence', async (_, files, named, sentence) => {
  await write(files);
  vi.stubEnv('COMPOSE_PATH_SEPARATOR', named.includes('git@') ? ':' : '');
  const reading = composeOf(named === '' ? folder : join(folder, named)).read();
  await expect(reading).rejects.toThrow(sentence.replace('{}', folder));
  await expect(reading).rejects.toThrow(/^[^\n]*$/);
});

test.skipIf(process.getuid?.() === 0)('an unreadable file is reported as unreadable', async () => {
  await write({ 'compose.yaml': a });
  await chmod(join(folder, 'compose.yaml'), 0);
  await expect(composeOf(folder).read()).rejects.toThrow('cannot be read');
});

test('the fingerprint changes with every file that the stack is read from', async () => {
  await write({
    'compose.yaml': `include: [sub/compose.yaml]\nservices: { a: { ${service}, env_file: [{ path: later.env, required: false }] } }`,
    'sub/compose.yaml': `services: { x: { extends: { file: base/base.yaml, service: y } } }`,
    'sub/base/base.yaml': `services: { y: { ${service} } }`,
  });
  const compose = composeOf(join(folder, 'compose.yaml'));
  let before = await compose.fingerprint();
  expect(await compose.fingerprint()).toBe(before);
  const changes = {
    'sub/base/base.yaml': `services: { y: { ${service}, command: [one] } }`,
    'later.env': 'A=1',
    'sub/.env': 'B=1',
    '.env': 'C=1',
    'docker-compose.override.yml': b,
  };
  for (const [name, text] of Object.entries(changes)) {
    await write({ [name]: text });
    const after = await compose.fingerprint();
    expect([name, after === before]).toEqual([name, false]);
    before = after;
  }
  await rm(join(folder, 'docker-compose.override.yml'));
  expect(await compose.fingerprint()).not.toBe(before);
});

test('a file that replaces another one is noticed', async () => {
  await write({ 'docker-compose.yml': a, 'sub/x': '' });
  const compose = composeOf(join(folder, 'sub'));
  const named = composeOf(join(folder, 'docker-compose.yml'));
  const before = [await compose.fingerprint(), await named.fingerprint()];
  await write({ 'compose.yaml': b });
  const between = [await compose.fingerprint(), await named.fingerprint()];
  await write({ 'sub/compose.yaml': c });
  const after = [await compose.fingerprint(), await named.fingerprint()];
  expect([before[0] === between[0], between[0] === after[0]]).toEqual([false, false]);
  expect(before[1] === between[1]).toBe(false);
  expect(Object.keys((await compose.read()).config.services)).toEqual(['c']);
});

test('a stack is read as soon as its file exists', async () => {
  const compose = composeOf(join(folder, 'compose.yaml'));
  await expect(compose.read()).rejects.toThrow('does not exist');
  const before = await compose.fingerprint();
  await write({ 'compose.yaml': a });
  expect(await compose.fingerprint()).not.toBe(before);
  expect(Object.keys((await compose.read()).config.services)).toEqual(['a']);
});

test('two services of different profiles may share a container name', async () => {
  await write({
    'compose.yaml': `services:
  llm-cpu: { ${service}, profiles: [cpu], container_name: llm }
  llm-gpu: { ${service}, profiles: [gpu], container_name: llm }
  web: { ${service} }`,
  });
  const { config, broken } = await composeOf(folder).read();
  expect(Object.keys(config.services)).toEqual(['llm-cpu', 'llm-gpu', 'web']);
  expect([...broken]).toEqual([]);
});

const whole = `
  web: { ${service}, depends_on: [db], environment: { A: "a$$b" }, x-vx11: { tier: core } }
  db: { ${service}, env_file: db.env }
  ext: { extends: db }`;

test.each<[string, string, string, string]>([
  ['an undefined network', `${service}, networks: [nope]`, '', 'undefined network nope'],
  ['an undefined volume', `${service}, volumes: ["nope:/x"]`, '', 'undefined volume nope'],
  ['an undefined dependency', `${service}, depends_on: [nope]`, '', 'undefined service "nope"'],
  ['an undefined secret', `${service}, secrets: [nope]`, '', 'undefined secret nope'],
  ['a namespace of an unknown service', `${service}, network_mode: "service:nope"`, '', '"nope"'],
  ['no image', 'command: x', '', 'neither an image nor a build context'],
  ['a missing env file', `${service}, env_file: gone.env`, '', 'gone.env'],
  ['a missing label file', `${service}, label_file: gone.labels`, '', 'gone.labels'],
  ['a missing variable', 'image: "${NOPE:?say which}"', '', 'say which'],
  ['an unknown key', `${service}, imag: x`, '', "'imag' not allowed"],
  ['a wrong type', `${service}, ports: { a: b }`, '', 'ports must be a'],
  ['a wrong value', `${service}, mem_limit: much`, '', 'much'],
  ['a missing base', 'extends: { file: gone.yaml, service: x }', '', 'gone.yaml'],
  ['an unknown base', 'extends: nope', '', '"nope" not found'],
  ['a dependency on itself', `${service}, depends_on: [bad]`, '', 'depends on itself'],
  ['a setting of VX11 misspelt', `${service}, x-vx11: { default_tl: 5m }`, '', 'default_tl'],
  [
    'an anchor that others use',
    `&bad { ${service}, networks: [nope] }`,
    '  like: { <<: *bad }',
    'nope',
  ],
])('a service with %s does not affect the others', async (_, bad, more, words) => {
  const text = (own: string): string => `name: spared\nservices:${whole}\n${own}`;
  await write({
    'compose.yaml': text(`  bad: ${bad.startsWith('&') ? bad : `{ ${bad} }`}\n${more}`),
    'db.env': 'PASSWORD="a$$b"\n',
  });
  const found = await composeOf(folder).read();
  expect(found.broken.get('bad')).toContain(words);
  const others = ['bad', ...(more === '' ? [] : ['like'])];
  expect([...found.broken.keys()].sort()).toEqual(others);
  const names = ['web', 'db', 'ext', ...others];
  expect(Object.keys(found.config.services).sort()).toEqual(names.sort());
  // the other services read as they do without the broken one
  await write({ 'compose.yaml': text('') });
  const alone = await composeOf(folder).read();
  for (const name of ['web', 'db', 'ext']) {
    expect(found.config.services[name]).toEqual(alone.config.services[name]);
    expect(found.hashesOf(name, () => 'id')).toEqual(alone.hashesOf(name, () => 'id'));
  }
});

test.each([
  ['no YAML', 'services: { a: [ }'],
  ['no services', 'services: [a, b]'],
  ['an invalid top-level element', `services: { a: { ${service} } }\nsecrets: { s: {} }`],
])('a file with %s is rejected as a whole', async (_, text) => {
  await write({ 'compose.yaml': text });
  await expect(composeOf(folder).read()).rejects.toThrow();
});

test('a missing variable in an included project with its own variables makes the whole stack invalid', async () => {
  await write({
    'compose.yaml': `include: [sub/compose.yaml]\nservices: { bad: { image: "\${NOPE:?}" } }`,
    'sub/compose.yaml': `services: { x: { ${service}, environment: { A: "\${A}" } } }`,
    'sub/.env': 'A=1',
  });
  await expect(composeOf(folder).read()).rejects.toThrow('NOPE');
});
