import { once } from 'node:events';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning, leaseText, startFixture, until, type GuardFixture } from './fixture.ts';

let fixture: GuardFixture;
beforeEach(async () => void (fixture = await startFixture()));
afterEach(() => fixture.clear());

const deaf = 'trap "" TERM; while :; do sleep 0.1; done';
const soon = () => Date.now() + 1_500;

/** Waits for the guard's record of a container and prints how late it was. */
async function endedBy(container: Docker.Container, what: string) {
  await until(`${what} is recorded as ended`, () => fixture.record(container) !== null);
  const record = fixture.record(container)!;
  console.log(`${what}: ended ${record.stopped_ms - record.deadline_ms} ms after its deadline`);
  expect(await isRunning(container)).toBe(false);
  return record;
}

test('services end at their deadline, whether they run, are paused or ignore SIGTERM', async () => {
  const deadline = soon() + 1_000;
  for (const service of ['plain', 'paused', 'deaf', 'held', 'later', 'other'])
    fixture.writeLease(
      service,
      service === 'held' ? null : service === 'later' ? deadline + 600_000 : deadline,
    );
  const [plain, paused, deafOne, held, later, stranger] = await Promise.all([
    fixture.start('plain'),
    fixture.start('paused'),
    fixture.start('deaf', deaf),
    fixture.start('held'),
    fixture.start('later'),
    fixture.start('stranger'),
  ]);
  await paused.pause();
  fixture.guard();
  expect(await endedBy(plain, 'a running service')).toMatchObject({
    forced: false,
    deadline_ms: deadline,
  });
  expect(await endedBy(paused, 'a paused service')).toMatchObject({ forced: false });
  expect(await endedBy(deafOne, 'a service that ignores SIGTERM')).toMatchObject({ forced: true });
  await until(
    'the leases of the ended services are gone',
    () => !fixture.hasLease('plain') && !fixture.hasLease('deaf'),
  );
  for (const kept of [held, later, stranger]) expect(await isRunning(kept)).toBe(true);
  expect(fixture.hasLease('held') && fixture.hasLease('later')).toBe(true);
});

test('every container of a scaled service ends', async () => {
  fixture.writeLease('scaled', soon());
  const scaled = await Promise.all([1, 2, 3].map((nth) => fixture.start('scaled', undefined, nth)));
  fixture.guard();
  for (const container of scaled) await endedBy(container, 'one of three');
  await until('its lease is gone', () => !fixture.hasLease('scaled'));
});

test('every container of a trial ends at its deadline', async () => {
  const trial = await Promise.all([fixture.start('web'), fixture.start('db', deaf)]);
  const more = { project: fixture.project, whole_project: true };
  fixture.writeRaw('_trial', leaseText('_trial', soon(), more));
  fixture.guard();
  for (const container of trial)
    expect(await endedBy(container, 'a service of a trial')).not.toBeNull();
});

test('a container of another project than the lease is found by its id', async () => {
  const web = await fixture.start('web');
  const stranger = await fixture.start('stranger');
  const file = { project: `${fixture.project}-other`, containers: [web.id, 'no id', 7] };
  fixture.writeRaw(`../../${file.project}/leases/web`, leaseText('web', soon(), file));
  fixture.guard();
  await until('the container is down', async () => !(await isRunning(web)));
  expect(await isRunning(stranger)).toBe(true);
});

test('ending a container removes its restart policy', async () => {
  const web = await fixture.start('web');
  await web.update({ RestartPolicy: { Name: 'always' } });
  fixture.writeLease('web', soon(), { containers: [web.id] });
  fixture.guard();
  await endedBy(web, 'a service with a restart policy');
  expect((await web.inspect()).HostConfig.RestartPolicy?.Name).toBe('no');
});

test('an invalid lease ends a service that runs longer than max_ttl', async () => {
  fixture.writeLease('known', Date.now() + 600_000, { max_ttl_ms: 600_000 });
  fixture.writeRaw('torn', '{"version":1,"proj');
  const project = JSON.stringify({ version: 1, project: fixture.project, max_ttl_ms: 2_000 });
  fixture.writeRaw('../project', project);
  const torn = await fixture.start('torn');
  const known = await fixture.start('known');
  fixture.writeLease('due', Date.now());
  const due = await fixture.start('due');
  fixture.guard();
  // after this end, the guard has read every lease
  await endedBy(due, 'a service that is due');
  fixture.writeRaw('known', 'not JSON any more');
  await endedBy(torn, 'a service with a torn lease');
  await sleep(2_500);
  expect(await isRunning(known), 'the last valid lease stays in force').toBe(true);
});

test('a renewed lease is respected', async () => {
  const deadline = soon();
  fixture.writeLease('renewed', deadline);
  const renewed = await fixture.start('renewed');
  fixture.guard();
  await sleep(700);
  fixture.writeLease('renewed', deadline + 3_000);
  await sleep(deadline + 1_800 - Date.now());
  expect(await isRunning(renewed)).toBe(true);
  expect(await endedBy(renewed, 'a renewed service')).toMatchObject({
    deadline_ms: deadline + 3_000,
  });
});

test('the guard tolerates removed containers, and enforces leases whose folder has disappeared', async () => {
  const deadline = soon() + 5_000;
  writeFileSync(join(fixture.dir, 'alive.json'), JSON.stringify({ at_ms: Date.now() }));
  fixture.writeLease('removed', deadline);
  fixture.writeLease('orphan', deadline);
  const removed = await fixture.start('removed');
  const orphan = await fixture.start('orphan');
  const guard = fixture.guard();
  await until('the guard has read its folder', () => existsSync(join(fixture.dir, 'guard.json')));
  await removed.remove({ force: true });
  renameSync(fixture.dir, `${fixture.dir}-away`);
  await endedBy(orphan, 'a service whose lease folder is gone');
  expect(guard.exitCode).toBeNull();
});

test('the guard waits for the Engine, and exits when there has been no lease for long', async () => {
  const waiting = fixture.guard({ VX11_DOCKER_SOCKET: `${fixture.dir}/nobody.sock` });
  fixture.writeLease('web', Date.now() - 10_000);
  await sleep(1_500);
  expect(waiting.exitCode).toBeNull();
  expect(fixture.hasLease('web')).toBe(true);
  fixture.writeLease('web', Date.now() - 120_000);
  const idle = fixture.guard({ VX11_GUARD_IDLE_MS: '300', VX11_GUARD_POLL_MS: '100' });
  const [code] = (await once(idle, 'exit')) as [number];
  expect(code).toBe(0);
  expect(
    fixture.hasLease('web'),
    'a lease long past its deadline, without a container, is removed',
  ).toBe(false);
});
