import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { stringify } from 'yaml';
import { testProgram, type TestProgram } from '../stack/program.ts';
import { obedient, startStack, type TestStack } from '../stack/stack.ts';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';
import { figure } from './figure.ts';
import { comesToRest, keepsPromises } from './promises.ts';
import { downAt, ended, insist, openTarget } from './stage.ts';

describe('two hosts', () => {
  let one: TestStack;
  /** The second host as its own assertions see it: its compose project, the common store. */
  let two: TestStack;
  let worker: TestProgram;
  let home: string;

  beforeAll(async () => {
    one = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { web: {}, both: {} },
    });
    home = await mkdtemp(join(tmpdir(), `${one.project}-b-`));
    await mkdir(join(home, 'stack'));
    const project = `${one.project}b`;
    const composeFile = join(home, 'stack', 'docker-compose.yml');
    const env = {
      ...one.env,
      VX11_HOME: home,
      VX11_HOST: project,
      VX11_COMPOSE_FILE: composeFile,
      VX11_MADRE_PORT: String(await freePort()),
    };
    const format = '{{.Label "com.docker.compose.service"}}';
    const label = `label=com.docker.compose.project=${project}`;
    worker = testProgram(
      process.execPath,
      ['workers/main.ts', 'power'],
      env,
      join(home, 'power.log'),
    );
    two = {
      ...one,
      project,
      home,
      composeFile,
      env,
      madre: worker,
      running: async () =>
        (await one.docker('ps', '--filter', label, '--format', format))
          .split('\n')
          .filter(Boolean)
          .sort(),
    };
    await writeStack(composeFile, project);
    worker.start();
    await until('the second host has told its services', async () => {
      const { body } = await one.call('GET', '/vx11/status');
      return body.services.some((service: { host: string }) => service.host === project);
    });
  });
  afterAll(async () => {
    await worker?.stop();
    const left = await one.docker(
      'ps',
      '-aq',
      '--filter',
      `label=com.docker.compose.project=${two.project}`,
    );
    const ids = left.split('\n').filter(Boolean);
    if (ids.length > 0) await one.docker('rm', '-f', ...ids);
    await one.docker('network', 'rm', `${two.project}_default`).catch(() => undefined);
    await one?.destroy();
    await rm(home, { recursive: true, force: true });
  });

  const open = (body: object) => insist(one, '/vx11/window/open', body);

  test('a service opens on the host that has it', async () => {
    const web = await openTarget(one, 'web', 60);
    const db = await openTarget(one, 'db', 60);
    expect([web.body.is_open, db.body.is_open]).toEqual([true, true]);
    expect([await one.running(), await two.running()]).toEqual([['web'], ['db']]);
    await insist(one, '/vx11/window/close', { target: 'web' });
    await insist(one, '/vx11/window/close', { target: 'db' });
  });

  test('one that both have needs its host, and is open there alone', async () => {
    const vague = await open({ target: 'both', ttl_seconds: 60 });
    expect(vague.status).toBe(422);
    const { body } = await open({ target: 'both', ttl_seconds: 60, host: two.project });
    expect(body.is_open).toBe(true);
    expect([await one.running(), await two.running()]).toEqual([[], ['both']]);
    const first = await open({ target: 'both', ttl_seconds: 60, host: one.project });
    expect(first.body.window_id).not.toBe(body.window_id);
    await keepsPromises(one);
    await keepsPromises(two);
    await insist(one, '/vx11/window/close', { window_id: body.window_id });
    expect([await one.running(), await two.running()]).toEqual([['both'], []]);
    await comesToRest(one);
  });

  test('a worker that is dead at a deadline ends it on its return; the other host is on time', async () => {
    const far = (await openTarget(one, 'db', 3)).body;
    const near = (await openTarget(one, 'web', 3)).body;
    await worker.kill();
    const here = await ended(one, near.window_id);
    figure('overrun on the host whose neighbour is dead', here.receipt!.overrun_ms!);
    expect(here.receipt!.overrun_ms).toBeLessThan(5000);
    await sleep(2000);
    expect(await two.running()).toEqual(['db']);
    const back = Date.now();
    worker.start();
    const view = await ended(one, far.window_id);
    const late = downAt(view) - back;
    figure('down after the start of a power worker that was dead at the deadline', late);
    expect(late).toBeLessThan(10_000);
    await keepsPromises(two);
    await comesToRest(one);
  });
});

async function writeStack(file: string, name: string): Promise<void> {
  const service = { image: 'vx11-tiny:local', command: obedient, stop_grace_period: '1s' };
  await writeFile(file, stringify({ name, services: { db: service, both: service } }));
}
