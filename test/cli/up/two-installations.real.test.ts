import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import type { Finding } from '../../../cli/doctor/finding.ts';
import { ensureTinyImage } from '../../../scripts/tiny-image.ts';
import { vx11 } from '../fixture.ts';
import { obedient } from '../../stack/stack.ts';
import { newInstallation, startUp } from './supervised.ts';
import { until } from './temporary-home.ts';

const hasTemporal = process.env['VX11_TEMPORAL_BIN'] !== undefined;
const docker = new Docker();

/** The calls that the test makes to one installation. */
function callsOf({ home, env }: { home: string; env: NodeJS.ProcessEnv }) {
  const call = async (path: string, body?: unknown) => {
    const token = readFileSync(join(home, 'tokens.env'), 'utf8').trim().split('=')[1] ?? '';
    const answer = await fetch(`http://127.0.0.1:${env['VX11_PORT']}${path}`, {
      headers: { 'x-vx11-token': token, 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const project = async () => {
    const { components } = (await call('/operator/status')).body;
    return (components as Record<string, { status: string; reason?: string }>)['project'];
  };
  const doctor = async (): Promise<Finding | undefined> => {
    const { out } = await vx11(['doctor', '--json'], env);
    return (JSON.parse(out) as { findings: Finding[] }).findings.find(
      ({ name }) => name === 'project',
    );
  };
  return { call, project, doctor };
}

test.skipIf(!hasTemporal)(
  'of two installations on one project, the second only observes, reports it, and takes over once the first is gone',
  async () => {
    const [one, other] = [await newInstallation(), await newInstallation()];
    const name = `twoinst${process.pid}`;
    const services = { web: { image: await ensureTinyImage(), command: obedient } };
    const composeFile = join(one.home, 'compose.yml');
    writeFileSync(composeFile, stringify({ name, services }));
    other.env.VX11_COMPOSE_FILE = composeFile;
    const label = [`com.docker.compose.project=${name}`];
    onTestFinished(async () => {
      for (const labels of [label, [`vx11.home=${one.home}`], [`vx11.home=${other.home}`]]) {
        const left = await docker.listContainers({ all: true, filters: { label: labels } });
        for (const { Id } of left) await docker.getContainer(Id).remove({ force: true });
      }
      await docker
        .getNetwork(`${name}_default`)
        .remove()
        .catch(() => undefined);
    });
    const [mine, theirs] = [callsOf(one), callsOf(other)];

    const first = startUp(one.env);
    await first.ready(240_000);
    const opened = await mine.call('/vx11/window/open', {
      target: 'web',
      ttl_seconds: 300,
      wait_seconds: 30,
    });
    expect(opened.body).toMatchObject({ state: 'open' });
    const [web] = await docker.listContainers({ filters: { label } });
    const startedAt = async (): Promise<string> =>
      (await docker.getContainer(web!.Id).inspect()).State.StartedAt;
    const before = await startedAt();

    const second = startUp(other.env);
    await second.ready(240_000);
    const sentence = `The project ${name} is managed by the installation in ${one.home}`;
    expect(
      second
        .output()
        .split('\n')
        .filter((line) => line.includes(sentence)),
    ).toHaveLength(1);
    expect(await theirs.project()).toMatchObject({
      status: 'degraded',
      reason: expect.stringContaining(sentence),
    });
    expect(await theirs.doctor()).toMatchObject({
      state: 'warn',
      detail: expect.stringContaining(sentence),
    });
    const refused = await theirs.call('/vx11/window/open', { target: 'web', ttl_seconds: 60 });
    expect(refused).toMatchObject({ status: 409, body: { error: 'managed_elsewhere' } });
    expect((await theirs.call('/operator/power/policy/solo_madre/apply', {})).status).toBe(409);
    await until(async () => (await mine.project())?.reason?.includes(other.home) === true, 15_000);
    expect(await mine.doctor()).toMatchObject({ detail: expect.stringContaining(other.home) });
    await sleep(10_000);
    expect(await startedAt()).toBe(before);
    expect((await docker.getContainer(web!.Id).inspect()).State.Running).toBe(true);

    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    await until(() => second.output().includes('this one manages the project now'), 60_000);
    expect((await docker.getContainer(web!.Id).inspect()).State.Running).toBe(true);
    const after = await theirs.call('/vx11/window/open', {
      target: 'web',
      ttl_seconds: 60,
      wait_seconds: 30,
    });
    expect(after.body).toMatchObject({ state: 'open' });
    second.child.kill('SIGINT');
    expect((await once(second.child, 'exit'))[0]).toBe(0);
    expect((await docker.getContainer(web!.Id).inspect()).State.Running).toBe(false);
  },
  300_000,
);
