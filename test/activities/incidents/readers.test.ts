import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBackups } from '../../../activities/incidents/readers/backups.ts';
import { createClockReader } from '../../../activities/incidents/readers/clocks.ts';
import { createDiskReader } from '../../../activities/incidents/readers/disks.ts';
import { leftoversIn } from '../../../activities/incidents/readers/leftovers.ts';
import { createLogReader, linesAfter } from '../../../activities/incidents/readers/logs.ts';
import { portFact } from '../../../activities/incidents/readers/ports.ts';
import {
  availableIn,
  readPressure,
  stalled,
} from '../../../activities/incidents/readers/pressure.ts';
import { createStoreReader } from '../../../activities/incidents/readers/store.ts';
import { zombiesIn } from '../../../activities/incidents/readers/zombies.ts';
import type { Store } from '../../../store/index.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'vx11-ants-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the pressure', () => {
  const text =
    'some avg10=1.00 avg60=41.50 avg300=0.00 total=1\nfull avg10=0.25 avg60=2.00 avg300=0.00 total=1\n';
  test('is what the kernel tells', () => {
    expect(stalled(text, 'some', 60)).toBe(41.5);
    expect(stalled(text, 'full', 10)).toBe(0.25);
    expect(stalled('', 'full', 10)).toBeNull();
    expect(availableIn('MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 250 kB\n')).toBe(0.25);
    expect(availableIn('')).toBeNull();
  });
  test('of this machine can be read', async () => {
    const { load_per_core, memory_available } = await readPressure();
    expect(load_per_core).toBeGreaterThanOrEqual(0);
    expect(memory_available).toBeGreaterThan(0);
  });
});

test('a file system is looked at once, and its free space is remembered', async () => {
  let now = 0;
  const read = createDiskReader(
    async () => [folder, join(folder, '.'), '/nowhere'],
    () => now,
  );
  const [first, ...others] = await read();
  expect([first!.path, first!.history, others]).toEqual([folder, [], []]);
  expect(first!.free).toBeGreaterThan(0);
  now = 60_000;
  expect((await read())[0]!.history.map(([at]) => at)).toEqual([0]);
  now = 4 * 3_600_000;
  expect((await read())[0]!.history).toEqual([]);
});

test('leftovers are what belongs to nothing, and nothing that the stack uses asleep', () => {
  const [images, containers, volumes] = leftoversIn(
    {
      Images: [
        { RepoTags: null, Containers: 0, Size: 5, Created: 10 },
        { RepoTags: ['<none>:<none>'], Containers: 1, Size: 7, Created: 1 },
        { RepoTags: ['web:1'], Containers: 0, Size: 9, Created: 1 },
      ],
      Containers: [
        { State: 'exited', Labels: {}, SizeRw: 3, Created: 20 },
        { State: 'running', Labels: {}, Created: 1 },
        { State: 'exited', Labels: { 'com.docker.compose.project': 'any' }, Created: 1 },
        { State: 'created', Labels: { 'vx11.sandbox': '1' }, Created: 1 },
      ],
      Volumes: [
        {
          Name: 'a',
          Labels: null,
          CreatedAt: '1970-01-01T00:00:30Z',
          UsageData: { RefCount: 0, Size: 4 },
        },
        { Name: 'used', Labels: null, UsageData: { RefCount: 1, Size: 4 } },
        {
          Name: 'ours',
          Labels: { 'com.docker.compose.project': 'stack' },
          UsageData: { RefCount: 0, Size: 4 },
        },
        { Name: 'declared', Labels: null, UsageData: { RefCount: 0, Size: 4 } },
      ],
    },
    { project: 'stack', volumes: new Set(['declared']) },
  );
  expect(images).toEqual({ what: 'images', count: 1, bytes: 5, since: 10_000 });
  expect(containers).toEqual({ what: 'containers', count: 1, bytes: 3, since: 20_000 });
  expect(volumes).toEqual({ what: 'volumes', count: 1, bytes: 4, since: 30_000 });
});

test('clocks differ by what a round trip does not explain', async () => {
  let [wall, steady] = [10_000, 0];
  const docker = {
    info: () => {
      wall += 200;
      steady += 200;
      return Promise.resolve({ SystemTime: new Date(13_100).toISOString() });
    },
  };
  const read = createClockReader(
    docker,
    () => wall,
    () => steady,
  );
  expect(await read()).toEqual({ engine_ms: 2900, jump_ms: 0 });
  wall += 60_000;
  expect((await read()).jump_ms).toBe(60_000);
});

describe('ports', () => {
  const declared = [
    { service: 'web', target: 80, published: 8080, host_ip: '127.0.0.1' },
    { service: 'api', target: 80, published: 8081, host_ip: null },
    { service: 'db', target: 5432, published: 5432, host_ip: null },
  ];
  const published = (service: string, port: number, address: string) => ({
    service,
    target: 80,
    published: port,
    address,
  });
  const around = { isAsleep: (name: string) => name === 'db', listening: new Set<number>() };

  test('are exposed if they are published more widely than declared', () => {
    const live = [
      published('web', 8080, '0.0.0.0'),
      published('web', 8080, '::'),
      published('api', 8081, '0.0.0.0'),
      { ...published('api', 9000, '0.0.0.0'), target: 9000 },
    ];
    expect(portFact(declared, live, around).exposed).toEqual([
      { service: 'web', port: 8080, address: '::', declared: '127.0.0.1' },
      { service: 'api', port: 9000, address: '0.0.0.0', declared: null },
    ]);
    expect(portFact(declared, [published('web', 8080, '127.0.0.1')], around).exposed).toEqual([]);
  });
  test('of a service that sleeps are taken if something else listens on them', () => {
    const listening = new Set([5432, 8080]);
    const taken = (live: ReturnType<typeof published>[]) =>
      portFact(declared, live, { ...around, listening }).taken;
    expect(taken([])).toEqual([{ service: 'db', port: 5432 }]);
    expect(taken([published('other', 5432, '0.0.0.0')])).toEqual([]);
  });
});

test('the chained logs are walked once at a time, and a look shows what the last whole walk found', async () => {
  const proof = { anchor: null, head: null };
  const broken = { ok: false, broken_at: 7, because: 'event 7 is missing', ...proof } as const;
  let walks = 0;
  let finish = (): void => undefined;
  const read = createStoreReader(
    {
      fault: () => Promise.resolve(null),
      audit: {
        logs: ['events'],
        verify: () =>
          new Promise((resolve) => {
            walks += 1;
            finish = () => resolve(broken);
          }),
      } as Pick<Store['audit'], 'logs' | 'verify'> as Store['audit'],
    },
    5,
  );
  expect([await read(), await read()]).toEqual([
    { fault: null, broken_logs: [] },
    { fault: null, broken_logs: [] },
  ]);
  expect(walks).toBe(1);
  finish();
  const found = [{ log: 'events', detail: 'At 7: event 7 is missing.' }];
  await expect.poll(async () => (await read()).broken_logs).toEqual(found);
  expect(walks).toBe(2);
  finish();
});

describe('a log', () => {
  const line = (second: number, text: string) => `2026-11-29T12:00:0${second}.000000000Z ${text}`;

  test('is read from the last line on', () => {
    const text = [line(1, 'a'), line(2, 'b'), 'no time', line(3, 'c')].join('\n');
    expect(linesAfter(text, '2026-11-29T12:00:02.000000000Z')).toEqual({
      lines: [{ text: 'c', at: Date.parse('2026-11-29T12:00:03.000Z') }],
      last: '2026-11-29T12:00:03.000000000Z',
    });
  });
  test('is counted by each of its rules for as long as that says, while its service runs', async () => {
    const log = [line(1, 'ERROR old')];
    let id: string | null = 'c1';
    let now = Date.parse('2026-11-29T12:00:02.000Z');
    const about = { service: 'web', within_ms: 60_000 } as const;
    const read = createLogReader({
      engine: { logTail: () => Promise.resolve(log.join('\n')) },
      rules: () => [
        { ...about, name: 'errors', contains: 'ERROR', least: 2, severity: 'high' },
        { ...about, name: 'slow', contains: 'took * ms', least: 1, severity: 'warn' },
      ],
      containerOf: () => id,
      clock: () => now,
    });
    const matches = async () => (await read()).map((one) => one.matches);
    expect(await matches()).toEqual([0, 0]);
    log.push(line(3, 'ERROR new'), line(4, 'it took 7 ms'));
    now += 2000;
    expect(await matches()).toEqual([1, 1]);
    now += 59_500;
    expect(await matches()).toEqual([0, 1]);
    now += 500;
    expect(await matches()).toEqual([0, 0]);
    id = null;
    expect(await read()).toEqual([]);
  });
  test('is read again if another one could not be read', async () => {
    const rule = (service: string) =>
      ({
        name: service,
        service,
        contains: 'ERROR',
        least: 1,
        within_ms: 1000,
        severity: 'high',
      }) as const;
    const log: string[] = [];
    let isAway = false;
    const read = createLogReader({
      engine: {
        logTail: (id) =>
          isAway && id === 'web'
            ? Promise.reject(new Error('it does not answer'))
            : Promise.resolve(log.join('\n')),
      },
      rules: () => [rule('db'), rule('web'), rule('worker')],
      containerOf: (service) => service,
      clock: () => Date.parse('2026-11-29T12:00:02.000Z'),
    });
    const matches = async () => (await read()).map((one) => one.matches);
    expect(await matches()).toEqual([0, 0, 0]);
    log.push(line(3, 'ERROR'));
    isAway = true;
    await expect(read()).rejects.toThrow('it does not answer');
    isAway = false;
    expect(await matches()).toEqual([1, 1, 1]);
  });
});

test('backups are the files of a folder, newest first', async () => {
  for (const [name, seconds] of [
    ['old', 100],
    ['new', 200],
  ] as const) {
    await writeFile(join(folder, name), name);
    await utimes(join(folder, name), seconds, seconds);
  }
  const read = readBackups(folder, () => [
    { path: '.', max_age_ms: 1 },
    { path: 'none', max_age_ms: 2 },
  ]);
  expect(await read()).toEqual([
    {
      path: '.',
      max_age_ms: 1,
      files: [
        [200_000, 3],
        [100_000, 3],
      ],
    },
    { path: 'none', max_age_ms: 2, files: [] },
  ]);
});

test('processes that have ended are counted by their state', () => {
  const Titles = ['PID', 'PPID', 'STAT'];
  expect(
    zombiesIn({
      Titles,
      Processes: [
        ['1', '0', 'Ss'],
        ['2', '1', 'Z'],
        ['3', '1', 'Z+'],
      ],
    }),
  ).toBe(2);
  expect(zombiesIn({ Titles, Processes: null })).toBe(0);
});
