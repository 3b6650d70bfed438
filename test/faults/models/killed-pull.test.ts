import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelListAnswer, ModelPull, PullAnswer } from '../../../contracts/models.ts';
import { ggufFile, startHub, type StandInHub } from '../../activities/models/stand-in-hub.ts';
import { testProgram, type TestProgram } from '../../stack/program.ts';
import { until } from '../../stack/wait.ts';
import { startFixture, troubles, type Fixture } from '../harness/fixture.ts';
import { randomFor } from '../harness/random.ts';

const parts = [ggufFile(900_000), ggufFile(700_000)];
const random = randomFor('models');
let hub: StandInHub;
let fixture: Fixture;
let hermes: TestProgram;
let folder: string;
beforeAll(async () => {
  const names = ['big-00001-of-00002.gguf', 'big-00002-of-00002.gguf'];
  hub = await startHub({
    'ana/big': { files: Object.fromEntries(names.map((name, nth) => [name, parts[nth]!])) },
  });
  fixture = await startFixture({
    services: { hermes: {} },
    env: { HERMES_ALLOW_DOWNLOAD: 'on', VX11_HUB_URL: hub.url },
  });
  folder = join(fixture.home, 'models');
  await mkdir(folder, { recursive: true });
  // its container only stands for its window
  hermes = testProgram(
    process.execPath,
    ['workers/main.ts', 'hermes'],
    { ...fixture.env, VX11_MODELS_FOLDER: folder },
    join(fixture.home, 'hermes.log'),
  );
  hermes.start();
  await fixture.call('POST', '/vx11/window/open', {
    target: 'hermes',
    ttl_seconds: 1800,
    wait_seconds: 60,
  });
});
afterAll(async () => {
  await hermes?.stop();
  await fixture?.destroy();
  await hub?.close();
});

const shown = async (id: string): Promise<ModelPull | null> =>
  fixture.call('GET', `/hermes/job/${id}`).then(
    ({ status, body }) => (status === 200 ? (body as ModelPull) : null),
    () => null,
  );

test('hermes and madre are killed in mid-pull, and the pull ends ready with the right bytes', async () => {
  hub.mode.speed = 100_000;
  const pull = () => fixture.call('POST', '/hermes/models/pull', { model: 'ana/big' });
  const { job } = await until('a pull is taken', async () => {
    const body = (await pull()).body as PullAnswer;
    return body.job === null ? null : body;
  });
  const id = job!.job_id;
  await until('it downloads', async () => (await shown(id))?.status === 'downloading');
  await until('it says how far it is', async () => ((await shown(id))?.bytes ?? 0) > 0);
  for (const victim of ['hermes', 'madre', 'both', 'hermes'] as const) {
    await sleep(random.between(500, 3000));
    const programs = [
      ...(victim === 'madre' ? [] : [hermes]),
      ...(victim === 'hermes' ? [] : [fixture.madre]),
    ];
    await Promise.all(programs.map((one) => one.kill()));
    const placed = (await readdir(folder)).filter((name) => !name.startsWith('@'));
    if ((await shown(id))?.status === 'downloading') expect(placed).toEqual([]);
    for (const one of programs) one.start();
  }
  const said = () => `${troubles(hermes.log())}\n${troubles(fixture.madre.log())}`;
  const ended = await until(
    'the pull has ended',
    async () => {
      const now = await shown(id);
      return now?.finished_at == null ? null : now;
    },
    180_000,
  ).catch((error: unknown) => expect.fail(`${String(error)}\n${said()}`));
  expect(ended, said()).toMatchObject({ status: 'ready', bytes: 1_600_000 });
  const { models } = (await fixture.call('GET', '/hermes/models')).body as ModelListAnswer;
  expect(models).toHaveLength(1);
  for (const [nth, { path }] of models[0]!.files.entries())
    expect((await readFile(join(folder, path))).equals(parts[nth]!)).toBe(true);
  expect(hub.counts.ranges.filter((range) => range !== null).length).toBeGreaterThan(0);
  expect(hub.counts.bytes).toBeLessThan(1_600_000 + 4 * 400_000);
}, 300_000);
