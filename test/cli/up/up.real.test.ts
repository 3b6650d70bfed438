import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, test } from 'vitest';
import { identify } from '../../../platform/process-identity.ts';
import { newInstallation, startUp } from './supervised.ts';
import { until } from './temporary-home.ts';

const hasTemporal = process.env['VX11_TEMPORAL_BIN'] !== undefined;
const names = ['temporal', 'madre', 'tentaculo_link'];

const exitCode = async (child: ChildProcess): Promise<unknown> => (await once(child, 'exit'))[0];

test.skipIf(!hasTemporal)(
  'the stack starts, restarts a killed process, refuses a second start, and leaves nothing after one Ctrl-C',
  async () => {
    const { home, env, pid } = await newInstallation();
    chmodSync(home, 0o755);
    const first = startUp(env);
    await first.ready(240_000);
    const token = readFileSync(join(home, 'tokens.env'), 'utf8').trim().split('=')[1] ?? '';
    const status = await fetch(`http://127.0.0.1:${env.VX11_PORT}/vx11/status`, {
      headers: { 'x-vx11-token': token },
    });
    expect(status.status).toBe(200);

    const kept = readdirSync(home).filter((name) => /^(vx11|temporal)\.db|tokens\.env/.test(name));
    expect(kept).toEqual(expect.arrayContaining(['temporal.db', 'tokens.env', 'vx11.db']));
    const open = kept.filter((name) => (statSync(join(home, name)).mode & 0o077) !== 0);
    expect(open).toEqual([]);

    const second = startUp(env);
    expect(await exitCode(second.child)).toBe(1);
    expect(second.output()).toContain(`already running on ${home}`);

    const madre = pid('madre') ?? 0;
    process.kill(madre, 'SIGKILL');
    await until(() => ![undefined, madre].includes(pid('madre')));
    expect(first.output()).toContain('madre exited (SIGKILL)');

    const running = names.map((name) => pid(name) ?? 0);
    first.child.kill('SIGINT');
    expect(await exitCode(first.child)).toBe(0);
    expect(running.map((one) => identify(one))).toEqual([undefined, undefined, undefined]);
    const label = ['vx11.role=guard', `vx11.home=${home}`];
    expect(await new Docker().listContainers({ all: true, filters: { label } })).toEqual([]);
  },
  150_000,
);

test.skipIf(!hasTemporal)(
  'the next start ends the processes of a killed supervisor',
  async () => {
    const { env, pid } = await newInstallation();
    const first = startUp(env);
    await first.ready(240_000);
    const running = names.map((name) => pid(name) ?? 0);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const next = startUp(env);
    await next.ready(120_000);
    expect(next.output()).toContain('Stopped temporal, which an earlier start had left running');
    expect(running.map((one) => identify(one))).toEqual([undefined, undefined, undefined]);
    next.child.kill('SIGTERM');
    expect(await exitCode(next.child)).toBe(0);
  },
  150_000,
);
