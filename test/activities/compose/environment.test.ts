import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCompose } from '../../../activities/compose/compose.ts';

const secrets = {
  VX11_LLM_KEY: 'one',
  DEEPSEEK_API_KEY: 'two',
  DEEPSEEK_API_TOKEN: 'three',
  ANTHROPIC_API_KEY: 'four',
  VX11_TOKEN: 'five',
  VX11_INTERNAL_KEY: 'six',
};

let folder: string;
const settings = {
  VX11_HOME: '/home/of/ours',
  VX11_STORE_URL: 'postgres://user:secret@db/x',
  VX11_REDIS_URL: 'redis://:secret@cache',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  npm_package_name: 'vx11',
  MALLOC_ARENA_MAX: '2',
};
const ofDocker = { DOCKER_CONFIG: '/etc/d', HTTPS_PROXY: 'http://p', COMPOSE_PROFILES: 'gpu' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-compose-'));
  for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value);
  for (const [name, value] of Object.entries({ ...settings, ...ofDocker })) vi.stubEnv(name, value);
  vi.stubEnv('IMAGE_TAG', 'edge');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The environment of the Compose process for a compose file with this text. */
async function environmentFor(text: string): Promise<Record<string, string>> {
  const [file, binary, seen] = ['compose.yml', 'compose', 'seen'].map((name) => join(folder, name));
  await writeFile(file!, text);
  await writeFile(binary!, `#!/bin/sh\nenv > ${seen}\n`);
  await chmod(binary!, 0o755);
  await createCompose(file!, binary, '/no/socket').create(['web']);
  const lines = (await readFile(seen!, 'utf8')).trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]));
}

test('Compose gets the variables that its files need, and no secret', async () => {
  const seen = await environmentFor('services: { a: { image: "a:${IMAGE_TAG:-1}" } }');
  expect(seen).toMatchObject({ IMAGE_TAG: 'edge', DOCKER_HOST: 'unix:///no/socket' });
  for (const name of Object.keys(secrets)) expect(seen).not.toHaveProperty(name);
});

test("Compose gets Docker's settings, and none of VX11's", async () => {
  const seen = await environmentFor('services: {}');
  expect(seen).toMatchObject({ ...ofDocker, PWD: folder });
  for (const name of Object.keys(settings)) expect(seen).not.toHaveProperty(name);
  // a variable name inside a longer word does not count
  const part = await environmentFor('services: { a: { environment: [MY_VX11_HOME, VX11_HOMES] } }');
  expect(part).not.toHaveProperty('VX11_HOME');
  expect(await environmentFor('services: { a: { image: "$VX11_HOME" } }')).toMatchObject({
    VX11_HOME: settings.VX11_HOME,
  });
});

test('a variable that no file of the stack names is not passed, whatever its name', async () => {
  vi.stubEnv('PAYMENT_API_KEY', 'seven');
  const seen = await environmentFor('services: {}');
  expect(seen).not.toHaveProperty('PAYMENT_API_KEY');
  expect(seen).not.toHaveProperty('IMAGE_TAG');
});

test("Docker's own variables are passed without being named: homes, proxies, agents and credentials", async () => {
  const given = {
    HOME: '/home/of/user',
    no_proxy: 'localhost',
    SSH_AUTH_SOCK: '/run/agent',
    BUILDX_BUILDER: 'mine',
    XDG_RUNTIME_DIR: '/run/user/1',
    AWS_PROFILE: 'work',
  };
  for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
  expect(await environmentFor('services: {}')).toMatchObject(given);
});

test('a variable that an env file refers to is passed', async () => {
  await writeFile(join(folder, '.env'), 'TAG=${IMAGE_TAG}');
  expect(await environmentFor('services: {}')).toMatchObject({ IMAGE_TAG: 'edge' });
});

test('a secret that a file names is passed, and no other one', async () => {
  const seen = await environmentFor('services: { bot: { environment: { VX11_LLM_KEY: } } }');
  expect(seen).toMatchObject({ VX11_LLM_KEY: 'one' });
  expect(seen).not.toHaveProperty('DEEPSEEK_API_KEY');
});

test('a secret that an included file names is passed too', async () => {
  await writeFile(join(folder, 'bot.yml'), 'services: { bot: { environment: { VX11_LLM_KEY: } } }');
  const seen = await environmentFor('include: [bot.yml]');
  expect(seen).toMatchObject({ VX11_LLM_KEY: 'one' });
  expect(seen).not.toHaveProperty('DEEPSEEK_API_KEY');
});
