import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCompose } from '../../activities/compose.ts';

const secrets = {
  VX11_LLM_KEY: 'one',
  DEEPSEEK_API_KEY: 'two',
  DEEPSEEK_API_TOKEN: 'three',
  ANTHROPIC_API_KEY: 'four',
  VX11_TOKEN: 'five',
  VX11_INTERNAL_KEY: 'six',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-compose-'));
  for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value);
  vi.stubEnv('IMAGE_TAG', 'edge');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** What the process of Compose finds in its environment for a file of this text. */
async function environmentFor(text: string): Promise<Record<string, string>> {
  const [file, binary, seen] = ['compose.yml', 'compose', 'seen'].map((name) => join(folder, name));
  await writeFile(file!, text);
  await writeFile(binary!, `#!/bin/sh\nenv > ${seen}\necho 'name: x\nservices: {}'\n`);
  await chmod(binary!, 0o755);
  await createCompose(file!, binary, '/no/socket').hashes();
  const lines = (await readFile(seen!, 'utf8')).trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]));
}

test('Compose has the environment that files may ask for, and no secret', async () => {
  const seen = await environmentFor('services: {}');
  expect(seen).toMatchObject({ IMAGE_TAG: 'edge', DOCKER_HOST: 'unix:///no/socket' });
  for (const name of Object.keys(secrets)) expect(seen).not.toHaveProperty(name);
});

test('a secret that a file names is given for it, and no other one', async () => {
  const seen = await environmentFor('services: { bot: { environment: { VX11_LLM_KEY: } } }');
  expect(seen).toMatchObject({ VX11_LLM_KEY: 'one' });
  expect(seen).not.toHaveProperty('DEEPSEEK_API_KEY');
});

test('a secret that an included file names is given too', async () => {
  await writeFile(join(folder, 'bot.yml'), 'services: { bot: { environment: { VX11_LLM_KEY: } } }');
  const seen = await environmentFor('include: [bot.yml]');
  expect(seen).toMatchObject({ VX11_LLM_KEY: 'one' });
  expect(seen).not.toHaveProperty('DEEPSEEK_API_KEY');
});
