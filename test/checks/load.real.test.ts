import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CheckRunAnswer } from '../../contracts/checks.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { paceFigures, type PaceLook } from './pace-figures.ts';

/** A web server whose answer costs some 20 ms of CPU. */
const web = [
  'mkdir -p /w/cgi-bin; cd /w',
  `printf '#!/bin/sh\\ni=0; while [ $$i -lt 11000 ]; do i=$$((i+1)); done\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\nok"\\n' > cgi-bin/burn`,
  'chmod +x cgi-bin/*; exec httpd -f -p 8080 -h /w',
].join('; ');

const bound = 0.75;
const requests = 200;

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({
    temporalAddress: inject('temporalAddress'),
    services: {
      web: { command: ['sh', '-c', web], expose: ['8080'] },
      stress: { command: ['sh', '-c', 'while :; do :; done'] },
    },
    'x-vx11': {
      load: { cpu: '75%' },
      suites: [
        {
          name: 'burn',
          endpoints: [{ name: 'burn', url: 'http://web:8080/cgi-bin/burn', timeout: '30s' }],
          load: { endpoint: 'burn', requests, within: '120s', thresholds: ['failed < 1%'] },
        },
      ],
    },
  });
});
afterAll(() => stack?.destroy());

test('a load beside a busy core keeps to its bound, and sends all its requests', async ({
  skip,
}) => {
  const opened = await stack.call('POST', '/vx11/window/open', {
    target: 'stress',
    ttl_seconds: 600,
  });
  expect(opened.status).toBeLessThan(300);
  await until('the core is busy', async () => (await stack.running()).includes('stress'), 30_000);
  const started = await stack.call('POST', '/vx11/checks', { suite: 'burn' });
  const { run_id } = started.body as { run_id: string };
  const shown = async () =>
    (await stack.call('GET', `/vx11/checks/${run_id}`)).body as CheckRunAnswer;
  await until('the run has ended', async () => (await shown()).run.finished_at !== null, 180_000);
  const { run, results } = await shown();
  expect(results.map(({ name, status }) => [name, status])).toEqual([
    ['burn', 'passed'],
    ['load: failed < 1%', expect.stringMatching(/^(passed|inconclusive)$/)],
  ]);
  const looks = readFileSync(join(run.folder!, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { at: string; load?: string } & Omit<PaceLook, 'at'>)
    .filter(({ load, cpu, own }) => load === 'burn' && cpu !== null && own !== null)
    .map((look) => ({ ...look, at: Date.parse(look.at) / 1000, others: look.cpu - look.own }));
  const { held, over, slower } = paceFigures(looks, bound);
  const said = `${held} s with room; ${(over * 100).toFixed(0)} % over; ${slower.toFixed(2)} × the optimum`;
  console.log(`${said}\n${results[1]!.attempts[0]!.evidence}`);
  skip(held < 5 || results[1]!.status === 'inconclusive');
  expect(over, said).toBeLessThanOrEqual(0.1);
  // the bench holds it to 1.35; a pace that hardly sends is several times slower
  expect(slower, said).toBeLessThanOrEqual(3);
}, 240_000);
