import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { homeCheck } from '../../cli/doctor/store.ts';
import { askRunning, settingsOfRunning, usesFinding } from '../../cli/doctor/running.ts';
import { connectGateway } from '../../client/gateway-client.ts';
import { readSettings } from '../../cli/up/settings.ts';
import { adminToken, seedStack, startGateway } from '../gateway/fixture.ts';

const here = readSettings({ VX11_HOST: 'box', VX11_HOME: '/here' }, '/repository');
const uses = {
  home: '/there',
  compose_file: '/stack/compose.yaml',
  compose_bin: null,
  docker_socket: '/run/other.sock',
  store_url: 'sqlite:/there/vx11.db',
  temporal_address: '127.0.0.1:7999',
  guard: 'on',
  pid: 4711,
};

test('the checks use the settings of the running madre, which its gateway reports', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.close());
  await seedStack(gateway.store);
  const madre = { process: 'madre', host: 'box', at: Date.now() };
  await gateway.store.presence.beat({ ...madre, detail: { version: '1.2.3', uses } });
  const url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const client = connectGateway({ url, token: adminToken });
  const running = await askRunning(() => client);
  expect(running).toMatchObject({ version: '1.2.3', host: 'box', uses, project: { status: 'ok' } });
  expect(settingsOfRunning(here, running)).toMatchObject({
    home: '/there',
    composeFile: '/stack/compose.yaml',
    dockerSocket: '/run/other.sock',
    temporal: { host: '127.0.0.1', port: 7999 },
    env: { VX11_STORE_URL: 'sqlite:/there/vx11.db' },
  });
});

test('the checks use the environment if no gateway answers', async () => {
  const away = connectGateway({ url: 'http://127.0.0.1:1', token: undefined });
  expect(await askRunning(() => away)).toBeNull();
  expect(settingsOfRunning(here, null)).toBe(here);
});

test('each setting that differs from those of the running madre is named', () => {
  const apart = usesFinding(here, uses, 'box', '1.2.3');
  expect(apart).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('VX11_HOME is /there for madre and /here here'),
  });
  expect(apart.detail).not.toContain('VX11_HOST');
  const same = { ...uses, home: here.home, compose_file: here.composeFile };
  const address = `${here.temporal.host}:${here.temporal.port}`;
  const all = { docker_socket: here.dockerSocket, temporal_address: address };
  const store_url = here.env['VX11_STORE_URL']!;
  expect(usesFinding(here, { ...same, ...all, store_url }, 'box', '1.2.3').state).toBe('ok');
});

test('a home that other users can list is a warning, and private files that they can read are a failure', async () => {
  const home = mkdtempSync(join(tmpdir(), 'vx11-mode-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const check = homeCheck({ ...here, home });
  expect(await check.run()).toMatchObject([{ state: 'ok' }]);
  chmodSync(home, 0o755);
  expect(await check.run()).toMatchObject([{ state: 'warn', fix: `chmod 700 ${home}` }]);
  writeFileSync(join(home, 'vx11.db'), '', { mode: 0o644 });
  expect(await check.run()).toMatchObject([
    { state: 'fail', detail: expect.stringContaining('vx11.db') },
  ]);
  writeFileSync(join(home, 'madre.env'), '', { mode: 0o644 });
  expect(await check.run()).toMatchObject([
    { state: 'fail', detail: expect.stringContaining('madre.env, vx11.db') },
  ]);
});
