import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createProjectClaim } from '../../../../activities/power/host/project-claim.ts';

let folder: string;
let engineId: string;
let containers: Partial<Docker.ContainerInfo>[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vx11-claim-'));
  engineId = `engine of ${folder}`;
  containers = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The calls that a claim makes: the Engine's id, and the running containers of VX11. */
const docker = {
  info: async () => ({ ID: engineId, Name: hostname() }),
  listContainers: async ({ filters }: { filters: { label: string[] } }) =>
    containers.filter(({ Labels = {} }) =>
      filters.label.every((label) => Labels[label.split('=')[0]!] === label.split('=')[1]),
    ),
  getContainer: () => ({
    inspect: async () => ({
      Config: { Env: ['VX11_COMPOSE_FILE=/stack/compose.yml', 'VX11_HOME=/stack/.vx11'] },
    }),
  }),
} as unknown as Docker;

function installation(name: string, goneMs = 200) {
  const home = join(folder, name);
  mkdirSync(join(home, 'guard'), { recursive: true });
  const composeFile = '/stack/compose.yml';
  const log = pino({ level: 'silent' });
  const claim = createProjectClaim({ docker, home, composeFile, log, goneMs });
  onTestFinished(() => claim.close());
  return { home, ...claim };
}

const guardOf = (home: string, Created = 1): Partial<Docker.ContainerInfo> => ({
  Labels: { 'vx11.role': 'guard', 'vx11.home': home, 'vx11.project': 'shop' },
  Created,
});

test('a second installation on a project only observes, names its owner, and that owner reports it', async () => {
  const [first, second] = [installation('first'), installation('second')];
  expect(await first.check('shop')).toBe('held');
  expect(await second.check('shop')).toBe('elsewhere');
  expect(second.state().managed_elsewhere).toContain(
    `The project shop is managed by the installation in ${first.home} (process ${process.pid})`,
  );
  expect(() => second.mustHold()).toThrow(expect.objectContaining({ type: 'managed_elsewhere' }));
  expect(await first.check('shop')).toBe('held');
  first.mustHold();
  expect(first.state()).toEqual({
    managed_elsewhere: null,
    contender: `the installation in ${second.home} (process ${process.pid}) runs on this project too, and only observes it`,
  });
});

test('two projects on one Engine, and one project name on two Engines, do not conflict', async () => {
  const [first, second, third] = ['a', 'b', 'c'].map((name) => installation(name));
  expect(await first!.check('shop')).toBe('held');
  expect(await second!.check('blog')).toBe('held');
  engineId = `another ${engineId}`;
  expect(await third!.check('shop')).toBe('held');
});

test('a project is taken over once its owner is gone for good, not during a restart', async () => {
  const [first, second] = [installation('first'), installation('second', 400)];
  await first.check('shop');
  expect(await second.check('shop')).toBe('elsewhere');
  first.close();
  expect(await second.check('shop')).toBe('elsewhere');
  const again = installation('first');
  expect(await again.check('shop')).toBe('held');
  await sleep(450);
  expect(await second.check('shop')).toBe('elsewhere');
  again.close();
  await sleep(450);
  expect(await second.check('shop')).toBe('taken_over');
  expect(await second.check('shop')).toBe('held');
  second.mustHold();
  expect(await again.check('shop')).toBe('elsewhere');
});

test('a frozen owner keeps the project; a killed one loses it', async () => {
  const owner = join(import.meta.dirname, '../../../../activities/power/host/project-claim.ts');
  const home = join(folder, 'frozen');
  const code = `
    const { createProjectClaim } = await import(${JSON.stringify(owner)});
    const docker = { info: async () => ({ ID: ${JSON.stringify(engineId)} }), listContainers: async () => [] };
    const log = { warn() {}, debug() {} };
    const claim = createProjectClaim({ docker, home: ${JSON.stringify(home)}, composeFile: '', log });
    console.log(await claim.check('shop'));
    setInterval(() => {}, 1e6);`;
  const frozen = spawn(process.execPath, ['--input-type=module', '-e', code]);
  onTestFinished(() => void frozen.kill('SIGKILL'));
  expect(String((await once(frozen.stdout, 'data'))[0]).trim()).toBe('held');
  frozen.kill('SIGSTOP');
  const second = installation('second', 100);
  expect(await second.check('shop')).toBe('elsewhere');
  await sleep(150);
  expect(await second.check('shop')).toBe('elsewhere');
  frozen.kill('SIGKILL');
  await once(frozen, 'exit');
  await sleep(150);
  expect(await second.check('shop')).toBe('taken_over');
});

test('an installation whose socket is not visible is found by its guard, while it writes signs of life', async () => {
  const one = installation('one', 0);
  const [alive, dead] = [join(folder, 'alive'), join(folder, 'dead')];
  for (const [home, at_ms] of [
    [alive, Date.now()],
    [dead, Date.now() - 60_000],
  ] as const) {
    mkdirSync(join(home, 'guard'), { recursive: true });
    writeFileSync(join(home, 'guard', 'alive.json'), JSON.stringify({ at_ms }));
  }
  containers = [guardOf(dead), guardOf(join(folder, 'removed'))];
  expect(await one.check('shop')).toBe('held');
  // if both hold it without seeing each other, the one with the older guard keeps it
  containers = [guardOf(one.home, 5), guardOf(alive, 9)];
  expect(await one.check('shop')).toBe('held');
  containers = [guardOf(one.home, 5), guardOf(alive, 3)];
  expect(await one.check('shop')).toBe('elsewhere');
  expect(await installation('two').check('shop')).toBe('elsewhere');
  expect(one.state().managed_elsewhere).toContain(alive);
});

test('a madre in a container manages its own project and its compose file', async () => {
  const [one, two] = [installation('one'), installation('two')];
  const Labels = { 'vx11.role': 'madre', 'com.docker.compose.project': 'other' };
  containers = [{ Id: 'c0ffee', Labels }];
  expect(await one.check('shop')).toBe('elsewhere');
  expect(one.state().managed_elsewhere).toContain('/stack/.vx11');
  containers = [];
  expect(await two.check('shop')).toBe('held');
});

test('while the Engine is unavailable, the claim does not change', async () => {
  const claim = createProjectClaim({
    docker: { info: () => Promise.reject(new Error('away')) } as unknown as Docker,
    home: folder,
    composeFile: '',
    log: pino({ level: 'silent' }),
  });
  expect(await claim.check('shop')).toBe('held');
  claim.mustHold();
});
