import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pino } from 'pino';
import { createGuardFiles } from '../../activities/power/host/guard-files.ts';
import { openLeaseFolder } from '../../guard/lease-file.ts';

let dir: string;
const now = { wall_ms: 1_000, steady_ms: 1_000 };
const later = { wall_ms: 2_000, steady_ms: 2_000 };
const leaseOf = (deadline_ms: number | null, more: object = {}) =>
  JSON.stringify({
    version: 1,
    project: 'shop',
    service: 'web',
    deadline_ms,
    max_ttl_ms: 9_000,
    written_ms: 0,
    ...more,
  });
const file = () => join(dir, 'shop', 'leases', 'web.json');
/** Writes as the worker does: to another name, then a rename. */
function write(text: string): void {
  mkdirSync(join(dir, 'shop', 'leases'), { recursive: true });
  writeFileSync(`${file()}.part`, text);
  renameSync(`${file()}.part`, file());
}

beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'vx11-guard-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a lease is read again only after it has changed', () => {
  const folder = openLeaseFolder(dir);
  expect(folder.read(now)).toEqual([]);
  write(leaseOf(5_000));
  const [first] = folder.read(now);
  expect(first).toMatchObject({
    service: 'web',
    readable: true,
    lease: { deadline_ms: 5_000 },
    seen: now,
  });
  expect(folder.read(later)[0]).toBe(first);
  write(leaseOf(5_000, { written_ms: 1 }));
  expect(
    folder.read(later)[0],
    'the same deadline keeps the time of its first reading',
  ).toMatchObject({
    seen: now,
  });
  write(leaseOf(6_000));
  expect(folder.read(later)[0]).toMatchObject({ lease: { deadline_ms: 6_000 }, seen: later });
});

test('the lease of a trial is on its whole project, and goes with its folder', async () => {
  const folder = openLeaseFolder(dir);
  const log = pino({ level: 'silent' });
  const files = createGuardFiles(dir, () => 'shop', Date.now, log);
  const deadline = Date.now() + 5000;
  await files.trial('vx11-repair-1', deadline);
  const [found] = folder.read(now);
  expect(found).toMatchObject({
    project: 'vx11-repair-1',
    readable: true,
    lease: { whole_project: true },
  });
  expect(Math.abs(found!.lease!.deadline_ms! - deadline)).toBeLessThan(1000);
  await files.trial('vx11-repair-1', null);
  expect(folder.read(later)).toEqual([]);
});

test.each([
  ['no JSON', '{'],
  ['nothing', ''],
  ['null', 'null'],
  ['a newer version', leaseOf(5_000, { version: 2 })],
  ['the lease of another service', leaseOf(5_000, { service: 'db' })],
  ['a deadline that is a word', leaseOf(5_000, { deadline_ms: 'soon' })],
  ['a negative limit', leaseOf(5_000, { max_ttl_ms: -1 })],
])('a file with %s is present and not readable, and the last valid lease is kept', (_, text) => {
  const folder = openLeaseFolder(dir);
  write(text);
  expect(folder.read(now)[0]).toMatchObject({
    readable: false,
    lease: null,
    max_ttl_ms: 4 * 3_600_000,
  });
  write(leaseOf(5_000));
  folder.read(now);
  write(text);
  expect(folder.read(later)[0]).toMatchObject({
    readable: false,
    present: true,
    lease: { deadline_ms: 5_000 },
    max_ttl_ms: 9_000,
    seen: later,
  });
});

test("an invalid lease falls back to its project's max_ttl", () => {
  write('{');
  writeFileSync(
    join(dir, 'shop', 'project.json'),
    JSON.stringify({ version: 1, project: 'shop', max_ttl_ms: 77 }),
  );
  expect(openLeaseFolder(dir).read(now)[0]).toMatchObject({ max_ttl_ms: 77 });
});

test('leases stay in force when their folder disappears, and end when only their file is removed', () => {
  const folder = openLeaseFolder(dir);
  write(leaseOf(5_000));
  folder.read(now);
  renameSync(dir, `${dir}-away`);
  expect(folder.read(later)).toMatchObject([{ present: false, lease: { deadline_ms: 5_000 } }]);
  renameSync(`${dir}-away`, dir);
  expect(folder.read(later)).toMatchObject([{ present: true }]);
  rmSync(file());
  expect(folder.read(later)).toEqual([]);
});

const id = 'ab'.repeat(32);
test.each([
  ['an older worker', {}, []],
  ['this worker', { containers: [id] }, [id]],
  ['a newer worker', { containers: [id], something: 'new' }, [id]],
  ['another program', { containers: [id, 'web', 3, null, '../etc'] }, [id]],
  ['a program that wrote no list', { containers: id }, []],
])('a lease of %s is read with its valid container ids', (_, more, containers) => {
  write(leaseOf(5_000, more));
  expect(openLeaseFolder(dir).read(now)).toMatchObject([
    { readable: true, lease: { deadline_ms: 5_000, containers } },
  ]);
});

test.each(['_base', '-x', 'a'.repeat(70)])('the lease of service %s is read', (service) => {
  mkdirSync(join(dir, 'shop', 'leases'), { recursive: true });
  writeFileSync(join(dir, 'shop', 'leases', `${service}.json`), leaseOf(5_000, { service }));
  expect(openLeaseFolder(dir).read(now)).toMatchObject([{ service, readable: true }]);
});

test('a lease that was written after it was read is not removed', () => {
  const folder = openLeaseFolder(dir);
  write(leaseOf(5_000));
  const known = folder.read(now)[0]!;
  write(leaseOf(5_000));
  folder.remove(known);
  expect(folder.reread(known, now)).toMatchObject({ readable: true });
  folder.remove(folder.read(now)[0]!);
  expect(folder.reread(known, now)).toBeUndefined();
});

test.each(['_base', '.web', '-web', 'a'.repeat(200)])(
  'a service named %s is read like any other',
  (service) => {
    mkdirSync(join(dir, 'shop', 'leases'), { recursive: true });
    writeFileSync(join(dir, 'shop', 'leases', `${service}.json`), leaseOf(5_000, { service }));
    expect(openLeaseFolder(dir).read(now)).toMatchObject([{ service, readable: true }]);
  },
);

test('half-written files and other names are ignored', () => {
  mkdirSync(join(dir, 'shop', 'leases'), { recursive: true });
  for (const name of ['web.json.part', 'web.json.12.tmp', 'web (copy).json', 'notes.txt'])
    writeFileSync(join(dir, 'shop', 'leases', name), 'x');
  writeFileSync(join(dir, 'alive.json'), JSON.stringify({ at_ms: 42 }));
  const folder = openLeaseFolder(dir);
  expect(folder.read(now)).toEqual([]);
  expect(folder.heartbeatMs()).toBe(42);
});

test('an ended container is recorded under its id', () => {
  const record = {
    service: 'web',
    container_id: 'abc',
    deadline_ms: 1,
    stopped_ms: 2,
    forced: true,
  };
  openLeaseFolder(dir).writeEnded('shop', record);
  expect(JSON.parse(readFileSync(join(dir, 'shop', 'ended', 'abc.json'), 'utf8'))).toEqual(record);
});

test('the guard acknowledges the heartbeat that it has read, and the worker reads that', async () => {
  const folder = openLeaseFolder(dir);
  const files = createGuardFiles(dir, () => 'shop', Date.now, pino({ level: 'silent' }));
  folder.acknowledge();
  expect(await files.echoed()).toBe(0);
  for (const stamp of [41, 42]) {
    expect(await files.alive(stamp)).toBe(true);
    folder.acknowledge();
    expect(await files.echoed()).toBe(stamp);
  }
  writeFileSync(join(dir, 'guard.json'), 'torn');
  expect(await files.echoed()).toBe(0);
});
