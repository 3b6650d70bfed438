import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPromisesKept } from '../../stack/promises.ts';
import { until } from '../../stack/wait.ts';
import { randomFor } from '../harness/random.ts';
import { startPatchStack, type PatchStack } from './patch-stack.ts';

let one: PatchStack;
beforeAll(async () => void (one = await startPatchStack()));
afterAll(() => one?.fixture.destroy());

interface Seen {
  patch_id: string;
  file: string;
  container: string;
  commits: string;
}
type When = (seen: Seen) => boolean | Promise<boolean>;
const commits = () => one.git('log', '--format=%H');
const statusIs =
  (...wanted: string[]): When =>
  async ({ patch_id }) =>
    wanted.includes((await one.patchOf(patch_id))?.status ?? '');
const steps: [string, When][] = [
  ['its plan is confirmed', () => true],
  ['it is marked as applied', statusIs('applied', 'kept')],
  ['its file is written', ({ file }) => one.file() !== file],
  [
    'its container is gone or made again',
    async ({ container }) => (await one.container('{{.Id}}').catch(() => '')) !== container,
  ],
  [
    'its container runs again',
    async ({ container }) =>
      /^(?!.* false$)/.test(
        (await one.container('{{.Id}} {{.State.Running}}').catch(() => 'x false')).replace(
          container,
          'old false',
        ),
      ),
  ],
  ['it is committed', async (seen) => (await commits()) !== seen.commits],
  ['it has its end', statusIs('kept')],
];
/** How often at each step. Twenty times take more than half an hour, so that is asked for by hand. */
const perStep = Number(process.env['VX11_KILLS_PER_STEP'] ?? 1);
const random = randomFor('patches');
const moments = [
  ...Array.from({ length: perStep }, () => steps)
    .flat()
    .map(([name, when]): [string, number, When] => [name, 0, when]),
  ...Array.from({ length: 13 }, (): [string, number, When] => [
    'its plan is confirmed',
    random.between(0, 9000),
    () => true,
  ]),
];

test.each(moments.map((moment, nth) => [nth, ...moment] as const))(
  'madre is killed for the %ith time when %s, %i ms later: file and container are as before or as after',
  async (nth, name, ms, when) => {
    const file = one.file();
    const wanted = `n${nth}`;
    const { dsl_id } = await one.plan('environment.MODE', wanted);
    const seen = { patch_id: dsl_id as string, file, container: await one.container('{{.Id}}') };
    await one.confirm(dsl_id as string);
    const before = { ...seen, commits: await commits() };
    await until(name, async () => when(before), 60_000);
    await sleep(ms);
    await one.fixture.madre.kill();
    one.fixture.madre.start();
    await one.fixture.ready();
    const { status, detail } = await one.ended(dsl_id as string);
    const isKept = status === 'kept';
    expect(isKept || status === 'rolled_back', `${status}: ${detail}`).toBe(true);
    const after = file.replace(/MODE: .*/, `MODE: ${wanted}`);
    expect(one.file()).toBe(isKept ? after : file);
    const mode = /MODE: (.*)/.exec(one.file())![1]!;
    await until('web is healthy as its file says', async () =>
      (await one.container('{{.State.Health.Status}} {{.Config.Env}}').catch(() => '')).includes(
        `MODE=${mode}`,
      ),
    );
    expect((await one.git('status', '--porcelain')).trim()).toBe('');
    await expectPromisesKept(one.fixture);
  },
);
