import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PatchView } from '../../../contracts/patch.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import { startRegistry } from '../../images/registry.ts';
import { insist } from '../../stack/calls.ts';
import { until } from '../../stack/wait.ts';
import { startPatchStack, type PatchStack } from './patch-stack.ts';

const run = promisify(execFile);
const docker = async (...args: string[]): Promise<string> =>
  (await run('docker', args)).stdout.trim();

/** Names of our own: others' would be moved under them. */
const repository = `vx11-drift-${randomBytes(4).toString('hex')}`;
const [image, foreign] = [`${repository}:1`, `${repository}:2`];
/** Mounted into the service, which cannot be made without it. */
let data: string;
let one: PatchStack;
beforeAll(async () => {
  await docker('tag', 'vx11-tiny:local', image);
  data = await mkdtemp(join(tmpdir(), 'vx11-data-'));
  one = await startPatchStack({
    moved: {
      image,
      volumes: [{ type: 'bind', source: data, target: '/data', bind: { create_host_path: false } }],
      environment: { MODE: 'calm' },
      healthcheck: { test: ['CMD-SHELL', 'test "$$MODE" != broken'], interval: '1s', retries: 1 },
    },
  });
});
afterAll(async () => {
  await one?.fixture.destroy();
  await rm(data, { recursive: true, force: true });
  for (const name of [image, foreign]) await docker('rmi', '--force', name).catch(() => '');
});

const inspect = (format: string): Promise<string> =>
  docker('inspect', '--format', format, `${one.fixture.project}-moved-1`);
const idOf = (name: string): Promise<string> =>
  docker('image', 'inspect', '--format', '{{.Id}}', name);
const healthy = () =>
  until(
    'moved is healthy',
    async () => (await inspect('{{.State.Health.Status}}').catch(() => '')) === 'healthy',
  );
async function planTo(key: string, value: string): Promise<string> {
  const blocks = [{ target: 'moved', operation: 'set', key, value }];
  const { body } = await insist(one.fixture, '/manifestator/dsl/plan', { blocks }, 120_000);
  expect(body['dsl_id'], JSON.stringify(body)).toEqual(expect.any(String));
  return body['dsl_id'] as string;
}
async function applied(id: string): Promise<PatchView> {
  await one.confirm(id);
  return one.ended(id);
}

test('a patch that was kept is taken back to the earlier image, which stays until then', async () => {
  await healthy();
  const old = await inspect('{{.Image}}');
  await docker('commit', '--change', 'LABEL moved=1', `${one.fixture.project}-moved-1`, image);
  const id = await planTo('environment.MODE', 'other');
  expect((await applied(id)).status).toBe('kept');
  expect(await inspect('{{.Image}}')).toBe(await idOf(image));
  expect(await inspect('{{.Image}}')).not.toBe(old);
  expect(await idOf(`vx11-keep:${id}.moved`)).toBe(old);
  const { body } = await insist(one.fixture, `/vx11/patches/${id}/revert`, {}, 120_000);
  const { plan_id, steps } = body['plan'] as { plan_id: string; steps: { params: object }[] };
  const { patch_id } = steps[0]!.params as { patch_id: string };
  const { confirm_token } = body;
  await insist(one.fixture, `/madre/plans/${plan_id}/confirm`, { confirm_token });
  const end = await one.ended(patch_id);
  expect([end.status, end.detail]).toEqual(['kept', null]);
  expect(await inspect('{{.Image}} {{.Config.Env}}')).toMatch(`${old} [MODE=calm`);
  expect(await idOf(image)).toBe(old);
});

test('a patch to an image of another platform stops nothing', async () => {
  const registry = await startRegistry();
  try {
    const pulled = await registry.add('foreign', { architecture: 's390x' });
    await docker('pull', '-q', pulled);
    await docker('tag', pulled, foreign);
    await docker('rmi', pulled);
  } finally {
    await registry.close();
  }
  await healthy();
  const [file, id] = [one.file(), await inspect('{{.Id}} {{.State.StartedAt}}')];
  const patch = await planTo('image', foreign);
  const { status, detail } = await applied(patch);
  expect([status, detail]).toEqual([
    'rolled_back',
    expect.stringContaining(`${foreign} is for linux/s390x, not for linux/`),
  ]);
  expect(await inspect('{{.Id}} {{.State.StartedAt}}')).toBe(id);
  expect(one.file()).toBe(file);
});

test('a running container of no file is removed after its own grace period', async () => {
  const name = `${one.fixture.project}-old-1`;
  const label = (key: string, value: string) => ['--label', `com.docker.compose.${key}=${value}`];
  const labels = [
    ...label('project', one.fixture.project),
    ...label('service', 'old'),
    ...label('oneoff', 'False'),
  ];
  const command = 'trap "exit 7" TERM; while :; do sleep 0.1; done';
  await docker('run', '-d', '--name', name, ...labels, 'vx11-tiny:local', 'sh', '-c', command);
  const since = `${Math.floor(Date.now() / 1000)}`;
  const id = await one.create('stack', `containers.${name}`);
  expect((await applied(id)).status).toBe('kept');
  const asked = ['--since', since, '--until', '0s', '--filter', `container=${name}`];
  const format = ['--filter', 'event=die', '--format', '{{.Actor.Attributes.exitCode}}'];
  expect(await docker('events', ...asked, ...format)).toBe('7');
});

test('a rollback that the Engine refuses ends as a conflict that says what stands, and is not tried for ever', async () => {
  await healthy();
  const file = one.file();
  const id = await planTo('environment.MODE', 'broken');
  const before = await inspect('{{.Id}}');
  await one.confirm(id);
  await until(
    'the changed container runs',
    async () => {
      const now = await inspect('{{.Id}} {{.State.Running}}').catch(() => before);
      return !now.startsWith(before) && now.endsWith('true');
    },
    120_000,
  );
  await rm(data, { recursive: true });
  const { status, detail } = await one.ended(id);
  expect(status, detail ?? '').toBe('conflict');
  expect(detail).toMatch(/^moved: .* It could not be taken back whole: .*exist/);
  expect(detail).toMatch(/Now moved has no (healthy )?container\.$/);
  expect(one.file()).toBe(file);
  const { body } = await one.fixture.call('GET', '/vx11/events/history?limit=100');
  const events = (body as { events: { type: string; payload: object }[] }).events;
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'patch.rolled_back',
      payload: expect.objectContaining({ patch_id: id, status: 'conflict', detail }),
    }),
  );
  const { body: ended } = await one.fixture.call('GET', `/vx11/patches/${id}`);
  const plan_id = (ended as PatchView).plan_id;
  const plan = await until('the plan has its end', async () => {
    const { body: now } = await one.fixture.call('GET', `/madre/plans/${plan_id}`);
    return (now as PlanView).status !== 'RUNNING' && (now as PlanView);
  });
  expect(plan).toMatchObject({ status: 'ERROR', error: { code: 'patch_conflict' } });
});
