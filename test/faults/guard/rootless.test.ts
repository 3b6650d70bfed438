import { existsSync, readFileSync } from 'node:fs';
import { chown, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createGuard } from '../../../activities/power/host/guard-container.ts';
import { leaseText } from '../../guard/fixture.ts';
import { until } from '../../stack/wait.ts';
import {
  noRootlessEngine,
  startRootlessEngine,
  type RootlessEngine,
} from '../harness/rootless-engine.ts';

const project = 'rootless';

describe.skipIf(noRootlessEngine !== null)('in a rootless Engine', () => {
  let engine: RootlessEngine;
  beforeAll(async () => {
    engine = await startRootlessEngine(['vx11:local', inject('tinyImage')]);
  });
  afterAll(() => engine?.destroy());

  test('the guard reads the files of its user, and ends a service whose deadline has passed', async () => {
    const { docker, socket, uid, home } = engine;
    const folder = join(home, 'guard');
    const leases = join(folder, project, 'leases');
    /** Writes a file as a process of the user would. */
    const write = async (path: string, text: string): Promise<void> => {
      await writeFile(`${path}.part`, text, { mode: 0o600 });
      await chown(`${path}.part`, uid, -1);
      await rename(`${path}.part`, path);
    };
    for (const path of [folder, join(folder, project), leases]) {
      await mkdir(path, { mode: 0o700 });
      await chown(path, uid, -1);
    }
    const service = await docker.createContainer({
      Image: inject('tinyImage'),
      Cmd: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'],
      Labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': 'web' },
      NetworkDisabled: true,
    });
    await service.start();
    await write(join(leases, 'web.json'), leaseText('web', Date.now() + 8000, { project }));
    const echo = join(folder, 'guard.json');
    const echoed = (): number =>
      existsSync(echo)
        ? (JSON.parse(readFileSync(echo, 'utf8')) as { alive_ms: number }).alive_ms
        : 0;
    const guard = createGuard({
      docker,
      enabled: true,
      image: 'vx11:local',
      home,
      folder,
      project: () => project,
      socket,
      echoed: async () => echoed(),
      log: pino({ level: 'silent' }),
    });
    await guard.ensure();
    expect(guard.state()).toEqual({ state: 'running', reason: null });
    await write(join(folder, 'alive.json'), JSON.stringify({ at_ms: 42 }));
    await until('the guard has read it', () => echoed() === 42);
    await until('the service has ended', async () => !(await service.inspect()).State.Running);
    const ended = join(folder, project, 'ended', `${service.id}.json`);
    await until('the guard has recorded it', () => existsSync(ended));
    expect(JSON.parse(readFileSync(ended, 'utf8'))).toMatchObject({ forced: false });
  });
});
