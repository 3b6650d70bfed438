import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeContainer } from '../../activities/sandbox/container.ts';
import { sandboxTemplate } from '../../activities/sandbox/template.ts';
import { testProgram } from '../stack/program.ts';
import { until } from '../stack/wait.ts';
import { image } from './image.ts';
import { containersOf, python, startFixture, socketPath, type SandboxFixture } from './fixture.ts';

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.destroy());

const shape = { memory_mb: 64, cpus: 1, pids: 16, disk_mb: 16, egress: false };
const otherOwner = () => `vx11t-${randomBytes(4).toString('hex')}`;

/** Creates a sandbox that no spawner manages. */
async function orphan(owner: string, deadline: number): Promise<string> {
  const key = randomBytes(8).toString('hex');
  const labels = { key, owner, boot: 'earlier', deadline };
  const template = sandboxTemplate(image, null, shape, labels, true);
  return (await fixture.docker.createContainer(template)).id;
}

test('sandboxes of an earlier start of the same owner are removed at once', async () => {
  const id = await orphan(fixture.owner, Date.now() + 3_600_000);
  expect(await fixture.sandboxes.reap(Date.now())).toEqual([id]);
  expect(await fixture.sandboxes.reap(Date.now())).toEqual([]);
  await fixture.expectClean();
});

test('sandboxes of another owner are removed only after their deadline', async () => {
  const owner = otherOwner();
  const now = Date.now();
  const later = await orphan(owner, now + 600_000);
  const past = await orphan(owner, now - 1);
  expect(await fixture.sandboxes.reap(now)).toContain(past);
  expect(await containersOf(fixture.docker, owner)).toEqual([later]);
  await removeContainer(fixture.docker, later);
});

test('running sandboxes of this start are not removed', async () => {
  let running = false;
  const run = fixture.run(python('import time\ntime.sleep(0.5)\nprint("end")'), {
    onState: () => (running = true),
  });
  await until('it runs', () => running);
  expect(await fixture.sandboxes.reap(Date.now())).toEqual([]);
  expect(await run).toMatchObject({ outcome: 'completed', out: 'end\n' });
  await fixture.expectClean();
});

test('a task whose sandbox is removed from outside is lost', async () => {
  const own = await startFixture();
  let running = false;
  const run = own.run(python('import time\ntime.sleep(60)'), { onState: () => (running = true) });
  await until('it runs', () => running);
  const [id = ''] = await containersOf(own.docker, own.owner);
  await removeContainer(own.docker, id);
  expect(await run).toMatchObject({ outcome: 'lost', cause: 'sandbox_lost', exit_code: null });
  await own.destroy();
});

test('S42: the sandboxes of a killed spawner end by themselves, and its next start removes them', async () => {
  const own = await startFixture();
  const script = join(import.meta.dirname, 'lone-runner.ts');
  const args = [script, own.owner, socketPath, 'import time\ntime.sleep(60)'];
  const spawner = testProgram(
    process.execPath,
    args,
    { VX11_SANDBOX_IMAGE: image },
    join(own.folder, 'spawner.log'),
  );
  spawner.start();
  await until('its task runs', () => spawner.log().includes('running'));
  const filters = { label: [`vx11.owner=${own.owner}`] };
  const alive = async () => own.docker.listContainers({ filters });
  expect(await alive()).toHaveLength(2);
  await spawner.kill();
  await until('both have ended', async () => (await alive()).length === 0, 5000);
  expect(await own.sandboxes.reap(Date.now())).toHaveLength(2);
  await own.expectClean();
  await own.destroy();
});

test('a spawner that stops in order reports why its task ended and leaves nothing', async () => {
  const own = await startFixture();
  let running = false;
  const run = own.run(python('import time\ntime.sleep(60)'), { onState: () => (running = true) });
  await until('it runs', () => running);
  await own.sandboxes.close();
  expect(await run).toMatchObject({ outcome: 'killed', cause: 'window_closed', signal: 'SIGTERM' });
  expect(await own.run(python('print(1)'))).toMatchObject({ cause: 'window_closed' });
  await own.destroy();
});
