import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Finding } from '../../cli/doctor/finding.ts';
import { openStore } from '../../store/index.ts';
import { image } from '../sandbox/image.ts';
import { vx11 } from './fixture.ts';

let home: string;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'vx11-doctor-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function doctor(more: NodeJS.ProcessEnv = {}) {
  const { VX11_COMPOSE_BIN } = process.env;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    VX11_HOME: home,
    VX11_URL: 'http://127.0.0.1:1',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    VX11_SANDBOX_IMAGE: image,
    ...(VX11_COMPOSE_BIN !== undefined && { VX11_COMPOSE_BIN }),
    ...more,
  };
  const { code, out } = await vx11(['doctor', '--json'], env);
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  const named = (name: string) => findings.find((one) => one.name === name);
  return { code, findings, named };
}

test('what works is ok, and what does not answer fails with what to do', async () => {
  const { code, findings, named } = await doctor();
  expect(code).toBe(1);
  const healthy = ['node', 'docker engine', 'docker compose', 'compose file', "Docker's clock"];
  expect(healthy.filter((name) => named(name)?.state !== 'ok')).toEqual([]);
  for (const name of ['temporal', 'gateway'])
    expect(named(name)).toMatchObject({ state: 'fail', fix: expect.stringContaining('vx11 up') });
  expect(named('guard')).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('not needed'),
  });
  for (const { state, fix } of findings) expect(state === 'ok' || Boolean(fix)).toBe(true);
});

test('an Engine that does not answer and an invalid compose file are failures', async () => {
  const file = join(home, 'compose.yaml');
  writeFileSync(file, 'services: { web: { imagine: tiny } }');
  const { named } = await doctor({
    VX11_DOCKER_SOCKET: join(home, 'nobody.sock'),
    VX11_COMPOSE_FILE: file,
  });
  expect(named('docker engine')).toMatchObject({ state: 'fail' });
  expect(named('compose file')).toMatchObject({
    state: 'fail',
    detail: expect.stringContaining('imagine'),
  });
});

test('the store is checked for damage, and its logs for changed rows', async () => {
  const file = join(home, 'vx11.db');
  const store = await openStore(`sqlite:${file}`);
  for (const actor of ['one', 'two', 'three'])
    await store.events.append([{ type: 'policy.applied', at: Date.now(), actor }]);
  await store.close();
  expect((await doctor()).named('event chain')).toMatchObject({
    state: 'ok',
    detail: '3 events verify',
  });
  expect((await doctor()).named('intent chain')).toMatchObject({ state: 'ok' });
  const database = new DatabaseSync(file);
  const tamper = () => database.exec("update events set actor = 'nobody' where seq = 2");
  try {
    tamper();
  } catch {
    // a trigger refuses changes, so an attacker would drop it first
    const triggers = database
      .prepare("select name from sqlite_master where type = 'trigger'")
      .all();
    for (const { name } of triggers) database.exec(`drop trigger "${String(name)}"`);
    tamper();
  }
  database.close();
  expect((await doctor()).named('event chain')).toMatchObject({
    state: 'fail',
    detail: expect.stringContaining('breaks at row 2'),
  });
});

test('the sandboxes check needs the image and the configured runtime', async () => {
  expect((await doctor()).named('sandboxes')).toMatchObject({ state: 'ok', detail: image });
  const noImage = await doctor({ VX11_SANDBOX_IMAGE: 'vx11t-no-such-image:local' });
  expect(noImage.named('sandboxes')).toMatchObject({
    state: 'warn',
    fix: 'Build it: npm run image',
  });
  const noRuntime = await doctor({ VX11_SANDBOX_RUNTIME: 'vx11t-no-such-runtime' });
  expect(noRuntime.code).toBe(1);
  expect(noRuntime.named('sandboxes')).toMatchObject({
    state: 'fail',
    detail: 'the Engine has no runtime vx11t-no-such-runtime',
    fix: expect.stringContaining('daemon.json'),
  });
});

describe.skipIf(inject('ownKernel') === null)('with gVisor', () => {
  test('the sandboxes check names its runtime', async () => {
    const { socketPath = '', runtime = '' } = inject('ownKernel') ?? {};
    const { named } = await doctor({
      VX11_DOCKER_SOCKET: socketPath,
      VX11_SANDBOX_RUNTIME: runtime,
    });
    expect(named('sandboxes')).toMatchObject({ state: 'ok', detail: `${image}, by ${runtime}` });
  });
});

test('leases without a running guard are a warning', async () => {
  mkdirSync(join(home, 'guard', 'demo', 'leases'), { recursive: true });
  writeFileSync(join(home, 'guard', 'demo', 'leases', 'web.json'), '{}');
  expect((await doctor()).named('guard')).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('web'),
  });
});
