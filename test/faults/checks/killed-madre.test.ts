import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckRunAnswer } from '../../../contracts/checks.ts';
import { expectPromisesKept, lookInStore } from '../../stack/promises.ts';
import { until } from '../../stack/wait.ts';
import { startFixture, troubles, type Fixture } from '../harness/fixture.ts';
import { randomFor } from '../harness/random.ts';

/** A web server that counts its orders in its container's log, which outlives it, and answers slowly where it is asked to. */
const web = [
  'mkdir -p /w/cgi-bin; cd /w; echo ok > page',
  `printf '#!/bin/sh\\necho ORDER > /proc/1/fd/1\\nsleep 1\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\nok"\\n' > cgi-bin/order`,
  `printf '#!/bin/sh\\nsleep 1\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\nok"\\n' > cgi-bin/slow`,
  'chmod +x cgi-bin/*; exec httpd -f -p 8080 -h /w',
].join('; ');
const page = (name: string): string => `http://web:8080/${name}`;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({
    services: { web: { command: ['sh', '-c', web], expose: ['8080'] } },
    'x-vx11': {
      suites: [
        {
          name: 'orders',
          endpoints: [
            { name: 'page', url: page('page') },
            { name: 'order', url: page('cgi-bin/order'), method: 'POST' },
            { name: 'slow', url: page('cgi-bin/slow') },
            { name: 'clean', url: page('page'), 'always-run': true },
          ],
        },
      ],
    },
  });
});
afterAll(() => fixture?.destroy());

const shown = async (id: string): Promise<CheckRunAnswer> =>
  (await fixture.call('GET', `/vx11/checks/${id}`)).body as CheckRunAnswer;
const statusOf = ({ results }: CheckRunAnswer, name: string): string | undefined =>
  results.find((one) => one.name === name)?.status;

const orders = async (): Promise<number> => {
  const id = (await fixture.docker('ps', '-aq', '--filter', `name=${fixture.project}-web`)).trim();
  if (id === '') return 0;
  return (await fixture.docker('logs', id, '--tail', 'all')).split('ORDER').length - 1;
};

type When = (answer: CheckRunAnswer) => boolean | Promise<boolean>;
const windowIs =
  (...states: string[]): When =>
  async ({ run }) => {
    if (run.window_id === null) return false;
    const { body } = await fixture.call('GET', `/vx11/windows/${run.window_id}`);
    return states.includes((body as { state: string }).state);
  };
const moments: [string, When][] = [
  ['it is queued', () => true],
  ['it runs', ({ run }) => run.status === 'running'],
  ['its window opens', windowIs('requested', 'opening', 'open')],
  ['its window is open', windowIs('open')],
  ['its first check has passed', (answer) => statusOf(answer, 'page') === 'passed'],
  ['its POST is sent', (answer) => statusOf(answer, 'order') === 'interrupted'],
  ['its POST has its result', (answer) => statusOf(answer, 'order') === 'passed'],
  ['its last check has passed', (answer) => statusOf(answer, 'clean') === 'passed'],
  ['its window closes', windowIs('closing', 'closed')],
  ['it has ended', ({ run }) => run.finished_at !== null],
];
const random = randomFor('checks');
const atRandom = Array.from({ length: 4 }, (_, n): [string, When] => {
  const ms = random.between(0, 3500);
  return [`${ms} ms have passed (${n})`, () => sleep(ms).then(() => true)];
});

test.each([...moments, ...atRandom])(
  'madre is killed when %s: the run ends, its window keeps its deadline, and no order is repeated',
  async (name, when) => {
    const before = await orders();
    const { status, body } = await fixture.call('POST', '/vx11/checks', { suite: 'orders' });
    expect(status).toBe(202);
    const { run_id } = body as { run_id: string };
    await until(name, async () => when(await shown(run_id)), 30_000);
    await fixture.madre.kill();
    fixture.madre.start();
    await fixture.ready();
    const isOver = async (): Promise<boolean> => (await shown(run_id)).run.finished_at !== null;
    await until('the run has ended', isOver, 60_000).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${troubles(fixture.madre.log())}`, { cause: error });
    });
    const answer = await shown(run_id);
    const order = statusOf(answer, 'order');
    const made = (await orders()) - before;
    expect({ order, made }).toEqual(
      order === 'passed' ? { order, made: 1 } : { order: 'interrupted', made: expect.any(Number) },
    );
    expect(made).toBeLessThanOrEqual(1);
    expect(answer.run.status).toBe(order === 'passed' ? 'passed' : 'inconclusive');
    expect(await lookInStore(fixture, (store) => store.checks.live())).toEqual([]);
    await expectPromisesKept(fixture);
  },
);
