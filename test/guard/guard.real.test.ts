import { once } from 'node:events';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning, leaseText, setStage, until, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => void (stage = await setStage()));
afterEach(() => stage.clear());

const deaf = 'trap "" TERM; while :; do sleep 0.1; done';
const soon = () => Date.now() + 1_500;

/** Waits for the guard's record of a container and prints how late it was. */
async function endedBy(container: Docker.Container, what: string) {
  await until(`${what} is recorded as ended`, () => stage.record(container) !== null);
  const record = stage.record(container)!;
  console.log(`${what}: ended ${record.stopped_ms - record.deadline_ms} ms after its deadline`);
  expect(await isRunning(container)).toBe(false);
  return record;
}

test('services go down at their deadline, whether they run, are paused or ignore SIGTERM', async () => {
  const deadline = soon() + 1_000;
  for (const service of ['plain', 'paused', 'deaf', 'held', 'later', 'other'])
    stage.writeLease(
      service,
      service === 'held' ? null : service === 'later' ? deadline + 600_000 : deadline,
    );
  const [plain, paused, deafOne, held, later, stranger] = await Promise.all([
    stage.start('plain'),
    stage.start('paused'),
    stage.start('deaf', deaf),
    stage.start('held'),
    stage.start('later'),
    stage.start('stranger'),
  ]);
  await paused.pause();
  stage.guard();
  expect(await endedBy(plain, 'a running service')).toMatchObject({
    forced: false,
    deadline_ms: deadline,
  });
  expect(await endedBy(paused, 'a paused service')).toMatchObject({ forced: false });
  expect(await endedBy(deafOne, 'a service that ignores SIGTERM')).toMatchObject({ forced: true });
  await until(
    'leases of what was ended are gone',
    () => !stage.hasLease('plain') && !stage.hasLease('deaf'),
  );
  for (const kept of [held, later, stranger]) expect(await isRunning(kept)).toBe(true);
  expect(stage.hasLease('held') && stage.hasLease('later')).toBe(true);
});

test('every container of a scaled service goes down', async () => {
  stage.writeLease('scaled', soon());
  const scaled = await Promise.all([1, 2, 3].map((nth) => stage.start('scaled', undefined, nth)));
  stage.guard();
  for (const container of scaled) await endedBy(container, 'one of three');
  await until('its lease is gone', () => !stage.hasLease('scaled'));
});

test('a container is found by its id where its project is not that of the lease', async () => {
  const web = await stage.start('web');
  const stranger = await stage.start('stranger');
  const file = { project: `${stage.project}-other`, containers: [web.id, 'no id', 7] };
  stage.writeRaw(`../../${file.project}/leases/web`, leaseText('web', soon(), file));
  stage.guard();
  await until('it is down', async () => !(await isRunning(web)));
  expect(await isRunning(stranger)).toBe(true);
});

test('a container that got a restart policy has none any more once it is ended', async () => {
  const web = await stage.start('web');
  await web.update({ RestartPolicy: { Name: 'always' } });
  stage.writeLease('web', soon(), { containers: [web.id] });
  stage.guard();
  await endedBy(web, 'a service with a restart policy');
  expect((await web.inspect()).HostConfig.RestartPolicy?.Name).toBe('no');
});

test('a lease that cannot be understood ends what runs longer than its start plus max_ttl', async () => {
  stage.writeLease('known', Date.now() + 600_000, { max_ttl_ms: 600_000 });
  stage.writeRaw('torn', '{"version":1,"proj');
  const project = JSON.stringify({ version: 1, project: stage.project, max_ttl_ms: 2_000 });
  stage.writeRaw('../project', project);
  const torn = await stage.start('torn');
  const known = await stage.start('known');
  stage.writeLease('due', Date.now());
  const due = await stage.start('due');
  stage.guard();
  // what it ended shows that it has read every lease
  await endedBy(due, 'a service that is due');
  stage.writeRaw('known', 'not JSON any more');
  await endedBy(torn, 'a service with a torn lease');
  await sleep(2_500);
  expect(await isRunning(known), 'what was understood before stays in force').toBe(true);
});

test('a renewed lease is respected', async () => {
  const deadline = soon();
  stage.writeLease('renewed', deadline);
  const renewed = await stage.start('renewed');
  stage.guard();
  await sleep(700);
  stage.writeLease('renewed', deadline + 3_000);
  await sleep(deadline + 1_800 - Date.now());
  expect(await isRunning(renewed)).toBe(true);
  expect(await endedBy(renewed, 'a renewed service')).toMatchObject({
    deadline_ms: deadline + 3_000,
  });
});

test('containers that are removed meanwhile are fine, and leases are obeyed when their folder disappears', async () => {
  const deadline = soon() + 5_000;
  writeFileSync(join(stage.dir, 'alive.json'), JSON.stringify({ at_ms: Date.now() }));
  stage.writeLease('removed', deadline);
  stage.writeLease('orphan', deadline);
  const removed = await stage.start('removed');
  const orphan = await stage.start('orphan');
  const guard = stage.guard();
  await until('the guard has read its folder', () => existsSync(join(stage.dir, 'guard.json')));
  await removed.remove({ force: true });
  renameSync(stage.dir, `${stage.dir}-away`);
  await endedBy(orphan, 'a service whose lease folder is gone');
  expect(guard.exitCode).toBeNull();
});

test('the guard waits for the Engine, and leaves when there has been nothing to guard for long', async () => {
  const waiting = stage.guard({ VX11_DOCKER_SOCKET: `${stage.dir}/nobody.sock` });
  stage.writeLease('web', Date.now() - 10_000);
  await sleep(1_500);
  expect(waiting.exitCode).toBeNull();
  expect(stage.hasLease('web')).toBe(true);
  stage.writeLease('web', Date.now() - 120_000);
  const idle = stage.guard({ VX11_GUARD_IDLE_MS: '300', VX11_GUARD_POLL_MS: '100' });
  const [code] = (await once(idle, 'exit')) as [number];
  expect(code).toBe(0);
  expect(stage.hasLease('web'), 'a long-past lease with nothing running is residue').toBe(false);
});
