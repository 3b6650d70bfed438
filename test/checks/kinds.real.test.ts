import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CheckRunAnswer } from '../../contracts/checks.ts';
import { startStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { addSpawner, spawnerSettings, type TaskStack } from '../tasks/task-stack.ts';

const description = JSON.stringify({
  openapi: '3.1.0',
  servers: [{ url: '/cgi-bin' }],
  paths: {
    '/health': {
      get: {
        responses: {
          200: {
            description: 'ok',
            content: {
              'application/json': {
                schema: { type: 'object', properties: { status: { type: 'string' } } },
              },
            },
          },
        },
      },
      post: { responses: {} },
    },
    '/gone': { get: { responses: { 200: { description: 'ok' } } } },
  },
});
const web = [
  'mkdir -p /w/cgi-bin; cd /w',
  `printf '%s' '${description}' > openapi.json`,
  `printf '#!/bin/sh\\nprintf "Content-Type: application/json\\\\r\\\\n\\\\r\\\\n{\\\\"status\\\\":\\\\"ok\\\\"}"\\n' > cgi-bin/health`,
  'chmod +x cgi-bin/*; exec httpd -f -p 8080 -h /w',
].join('; ');
const page = (name: string): string => `http://web:8080/${name}`;
const python = 'import json, sys; print(json.load(sys.stdin)["status"])';
const connects = 'import socket; socket.create_connection(("1.1.1.1", 80), 2)';

let stack: TaskStack;
beforeAll(async () => {
  const plain = await startStack({
    temporalAddress: inject('temporalAddress'),
    env: await spawnerSettings(),
    services: { web: { command: ['sh', '-c', web], expose: ['8080'] }, spawner: {} },
    'x-vx11': {
      suites: [
        {
          name: 'kinds',
          endpoints: [
            { name: 'health', url: page('cgi-bin/health'), store: { status: '[BODY].status' } },
            { name: 'code', task: python, conditions: ['[OUTPUT] == [CONTEXT].status'] },
            { name: 'no network', task: connects, conditions: ['[EXIT_CODE] == 1'] },
            { name: 'smoke', openapi: page('openapi.json') },
            { name: 'flows', hurl: 'flows/*.hurl', 'always-run': true },
          ],
        },
      ],
    },
    before: async ({ composeFile }) => {
      await mkdir(join(dirname(composeFile), 'flows'));
      const flow = 'GET http://web:8080/cgi-bin/health\nHTTP 200\n';
      await writeFile(join(dirname(composeFile), 'flows', 'health.hurl'), flow);
    },
  });
  stack = addSpawner(plain);
  stack.spawner.start();
});
afterAll(() => stack?.destroy());

test('code runs in a sandbox without a network, a description names what is not as documented, and Hurl is used where it is', async () => {
  const started = await stack.call('POST', '/vx11/checks', { suite: 'kinds' });
  const { run_id } = started.body as { run_id: string };
  const shown = async () =>
    (await stack.call('GET', `/vx11/checks/${run_id}`)).body as CheckRunAnswer;
  await until('the run has ended', async () => (await shown()).run.finished_at !== null, 120_000);
  const { results } = await shown();
  const [health, code, network, smoke, flows] = results;
  expect([health, code, network].map((one) => one!.status)).toEqual(Array(3).fill('passed'));
  expect(smoke).toMatchObject({ status: 'failed', cause: 'condition' });
  expect(smoke!.detail).toContain('GET /cgi-bin/gone: status 404 is not documented (200)');
  expect(flows!.status === 'passed' || flows!.cause === 'hurl_missing').toBe(true);
  const allAsleep = async () => (await stack.running()).length === 0;
  await until('nothing runs', allAsleep, 20_000);
}, 150_000);
