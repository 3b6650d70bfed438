import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckRunAnswer } from '../../../contracts/checks.ts';
import { expectPromisesKept, lookInStore } from '../../stack/promises.ts';
import { until } from '../../stack/wait.ts';
import { startFixture, type Fixture } from '../harness/fixture.ts';

const page = 'http://web:8080/page';
let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({
    services: {
      web: {
        command: ['sh', '-c', 'mkdir /w; echo ok > /w/page; exec httpd -f -p 8080 -h /w'],
        expose: ['8080'],
      },
    },
    'x-vx11': {
      // the machine of the test may be busy
      load: { cpu: '100%', memory: '99%' },
      suites: [
        {
          name: 'load',
          endpoints: [
            { name: 'page', url: page },
            { name: 'clean', url: page, 'always-run': true },
          ],
          load: { endpoint: 'page', requests: 2000, within: '20s', thresholds: ['failed < 5%'] },
        },
      ],
    },
  });
});
afterAll(() => fixture?.destroy());

/** The process that sends, a child of this madre. */
function senderOf(parent: number): number | null {
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      const isChild = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]) === parent;
      if (isChild && command.includes('checks/load/main.ts')) return Number(name);
    } catch {
      // it has ended
    }
  }
  return null;
}

const start = async (): Promise<string> => {
  const { status, body } = await fixture.call('POST', '/vx11/checks', { suite: 'load' });
  expect(status).toBe(202);
  return (body as { run_id: string }).run_id;
};
const shown = async (id: string): Promise<CheckRunAnswer> =>
  (await fixture.call('GET', `/vx11/checks/${id}`)).body as CheckRunAnswer;
const statuses = ({ results }: CheckRunAnswer) =>
  Object.fromEntries(results.map(({ name, status, cause }) => [name, [status, cause]]));
const sending = async (): Promise<number> => {
  let found: number | null = null;
  await until('it sends', async () => (found = senderOf(fixture.madre.pid()!)) !== null, 30_000);
  return found!;
};
const ended = async (id: string): Promise<CheckRunAnswer> => {
  await until('the run has ended', async () => (await shown(id)).run.finished_at !== null, 90_000);
  await expectPromisesKept(fixture);
  expect(await lookInStore(fixture, (store) => store.checks.live())).toEqual([]);
  return shown(id);
};

test('a load whose process is killed ends by name, and what cleans up still runs', async () => {
  const id = await start();
  process.kill(await sending(), 'SIGKILL');
  const answer = await ended(id);
  expect(statuses(answer)).toEqual({
    page: ['passed', null],
    'load: failed < 5%': ['error', 'load_died'],
    clean: ['passed', null],
  });
  expect(answer.run).toMatchObject({ status: 'error', cause: 'load_died' });
});

test('a load whose madre is killed ends with it, and runs again after the restart', async () => {
  const id = await start();
  const sender = await sending();
  await fixture.madre.kill();
  await until('the sender has ended', () => Promise.resolve(!isAlive(sender)), 5000);
  fixture.madre.start();
  await fixture.ready();
  expect(statuses(await ended(id))).toMatchObject({
    page: ['passed', null],
    clean: ['passed', null],
  });
});

function isAlive(pid: number): boolean {
  try {
    // a child that nobody waits for stays as a zombie
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
