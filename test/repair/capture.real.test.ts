import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { captureLive } from '../../activities/repair/capture/capture-live.ts';
import { openTrial } from '../../activities/repair/trial/open-trial.ts';
import { planned } from '../../activities/checks/planned.ts';
import { startRepairHost } from './repair-host.ts';

const secret = 'hush-5-a1b2c3';
const compose = `name: vx11t-capture
services:
  web:
    image: vx11-tiny:local
    command: [sh, -c, 'echo cannot log in with $$DB_PASSWORD; echo at postgres://app:letmein@db/x; exec httpd -f -p 127.0.0.1:8080']
    environment: { DB_PASSWORD: '\${DB_PASSWORD}', DB_HOST: db, URL: 'amqp://app:letmein@mq/x' }
    healthcheck: { test: [CMD, curl, 'http://127.0.0.1:8080/'], interval: 1s, retries: 1 }
    mem_limit: 64m
    pids_limit: 50
    user: '1000'
    volumes: ['./www:/www:ro']
    secrets: [key]
    x-vx11:
      checks:
        - { name: page, url: 'http://web:8080/', headers: { Authorization: { secret: 'Bearer of-a-check' } } }
  other: { image: 'no-such-image:1' }
secrets: { key: { file: ./private/key.txt } }
`;
const files = {
  'compose.yaml': compose,
  '.env': `DB_PASSWORD=${secret}\nOTHER=1\n`,
  'www/page': 'ok',
  'private/key.txt': 'a file of secrets',
  'node_modules/x/index.js': 'no',
};

test('a capture has what can be known, and no secret', async () => {
  const host = await startRepairHost(files);
  const { power } = host.deps.checks;
  const signal = new AbortController().signal;
  const trial = await openTrial(host.deps, {
    id: host.id(),
    folder: host.folder,
    patched: [],
    services: ['web'],
    deadline: Date.now() + 120_000,
    signal,
  });
  onTestFinished(() => trial.close());
  const suites = host.suites.filter(({ name }) => name === 'web');
  const results = await trial.check(suites);
  const began = performance.now();
  const capture = await trial.capture({ suites, results });
  console.log(`captured in ${Math.round(performance.now() - began)} ms`);
  const web = capture.services.find(({ name }) => name === 'web')!;
  expect(web.programs).toEqual(expect.arrayContaining(['sh', 'wget', 'busybox']));
  expect(web.programs).not.toContain('curl');
  expect(web.container).toMatchObject({
    user: '1000',
    memory_limit_bytes: 64 * 1024 ** 2,
    pids_limit: 50,
    out_of_memory: false,
    listening: [{ address: '127.0.0.1', port: 8080 }],
    health: 'unhealthy',
  });
  expect(web.container!.health_log[0]!.output).toContain('curl');
  expect(web.container!.mounts).toContainEqual(
    expect.objectContaining({ target: '/www', read_only: true, entries: ['page'] }),
  );
  expect(web.logs).toEqual(['cannot log in with ***', 'at postgres://***@db/x']);
  expect(web.image_config).toMatchObject({ architecture: capture.host.architecture });
  expect(capture.services.find(({ name }) => name === 'other')).toMatchObject({
    container: null,
    image_config: null,
    programs: [],
  });
  expect(capture.compose).toMatchObject({ file: 'compose.yaml', error: null });
  expect(capture.compose.services!['web']!['environment']).toEqual({
    DB_PASSWORD: '***',
    DB_HOST: 'db',
    URL: 'amqp://***@mq/x',
  });
  expect(capture.red).toMatchObject([{ name: 'page', url: 'http://web:8080/' }]);
  expect(capture.files.map(({ path, text }) => [path, text === null])).toEqual([
    ['compose.yaml', false],
    ['.env', false],
    ['private/key.txt', true],
    ['www/page', false],
  ]);
  expect(capture.files[1]!.text).toBe(`DB_PASSWORD=${'•'.repeat(secret.length)}\nOTHER=1\n`);
  expect(capture.images).toContain('vx11-tiny:local');
  const text = JSON.stringify(capture);
  for (const hidden of [secret, 'letmein', 'of-a-check', 'a file of secrets'])
    expect(text).not.toContain(hidden);

  // the stack itself sleeps: the same function shows its files, images and nothing that runs
  const live = await captureLive(
    power,
    { suites: host.suites, results: planned(host.suites), home: host.deps.home },
    signal,
  );
  expect(live.services.map(({ name, container }) => [name, container])).toEqual([
    ['other', null],
    ['web', null],
  ]);
  expect(live.red).toEqual([]);
  const left = execFileSync('docker', ['ps', '-aq', '--filter', 'name=vx11-look'], {
    encoding: 'utf8',
  });
  expect(left).toBe('');
});

test('what Compose refuses is captured with its words, its files and what it warns of', async () => {
  const host = await startRepairHost({
    'compose.yaml': compose.replace('mem_limit', 'mem_limmit'),
  });
  const { power } = host.deps.checks;
  const ask = { suites: [], results: [], home: host.deps.home };
  const capture = await captureLive(power, ask, new AbortController().signal);
  expect(capture.compose.error).toContain('mem_limmit');
  expect(capture.compose.services).toBeNull();
  expect(capture.files.map(({ path }) => path)).toEqual(['compose.yaml']);
});
