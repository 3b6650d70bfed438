import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insist, openTarget } from '../stack/calls.ts';
import { removeProject } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { noPrivateEngine, startPrivateEngine, type PrivateEngine } from './private-engine.ts';
import { setStage, type Stage } from './stage.ts';

const machine = '/var/run/docker.sock';
if (noPrivateEngine !== null) console.log(`skipped: ${noPrivateEngine}`);

describe.skipIf(noPrivateEngine !== null)('the socket leads to another Engine', () => {
  let engine: PrivateEngine;
  let stage: Stage;
  let folder: string;
  let link: string;
  const leadsTo = async (socket: string): Promise<void> => {
    await stage?.madre.kill();
    await rm(link, { force: true });
    await symlink(socket, link);
    stage?.madre.start();
    await stage?.ready();
  };
  const onMachine = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('docker', args)).stdout;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vx11-sockets-'));
    link = join(folder, 'engine.sock');
    engine = await startPrivateEngine({ image: 'vx11-tiny:local', liveRestore: false });
    await symlink(engine.socket, link);
    const network = { network_mode: 'none' };
    stage = await setStage({
      services: { web: network },
      env: { VX11_DOCKER_SOCKET: link },
      engineSocket: engine.socket,
    });
  });
  afterAll(async () => {
    if (stage !== undefined) await removeProject(stage.project, stage.home, onMachine);
    await stage?.destroy();
    await engine?.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  test('what runs on the first one is residue until that answers again, and goes down then', async () => {
    await openTarget(stage, 'web', 600);
    const id = (await stage.docker('ps', '-q', '--no-trunc')).trim();
    await leadsTo(machine);
    const { body } = await insist(stage, '/vx11/window/close', { target: 'web' });
    expect(body.receipt).toMatchObject({
      residue: ['web'],
      services: [{ outcome: 'left_running', state: 'unknown', stopped_at: null }],
    });
    expect(body.receipt.services[0].containers).toContainEqual(
      expect.objectContaining({ id, state: 'unknown', stopped_at: null }),
    );
    expect(await stage.running(), 'and so it is').toEqual(['web']);
    await leadsTo(engine.socket);
    await until('it is down', async () => (await stage.running()).length === 0, 30_000);
  });
});
