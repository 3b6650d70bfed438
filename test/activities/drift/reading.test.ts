import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Compose } from '../../../activities/compose/compose.ts';
import { changedFiles } from '../../../activities/drift/reading/changed-files.ts';
import { endsOfRuns, stackFacts } from '../../../activities/drift/reading/stack-facts.ts';
import { unsetVariables } from '../../../activities/drift/reading/unset-variables.ts';
import { changedSources } from '../../../activities/drift/reading/sources.ts';
import type { Inspected } from '../../../domain/drift/readout.ts';
import type { BoundFile } from '../../../domain/drift/shape/mounts.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'vx11-reading-'))));
afterEach(() => rm(folder, { recursive: true }));

const container = (Status: string, HostConfig: object = {}): Inspected =>
  ({ Id: 'a', State: { Status, Running: Status === 'running' }, HostConfig, Mounts: [] }) as never;

describe('the source of a mount that is missing', () => {
  const missing = async (status: string, name: string, of: BoundFile['of'] = 'bind') =>
    (
      await changedSources(container(status), [
        { path: 'volumes./x', source: join(folder, name), of },
      ])
    ).map(({ is }) => is);

  test.each<[string, string, string, BoundFile['of'], string[]]>([
    ['is no finding before the first start, which makes a folder', 'created', 'data', 'bind', []],
    ['is one if it was a file', 'created', 'app.conf', 'bind', ['missing']],
    ['is one if it is a secret', 'created', 'key', 'secret', ['missing']],
    ['is one after the first start', 'exited', 'data', 'bind', ['missing']],
  ])('%s', async (_, status, name, of, found) =>
    expect(await missing(status, name, of)).toEqual(found),
  );

  test.each<[string, string, BoundFile['of'], string[]]>([
    ['is one of a secret without an extension', 'db_password', 'secret', ['became_dir']],
    ['is one of a config with a hidden name', '.htpasswd', 'config', ['became_dir']],
    ['is none of a mount that may be a folder', 'data', 'bind', []],
  ])('an empty folder where it was %s', async (_, name, of, found) => {
    // as the Engine makes it
    await mkdir(join(folder, name));
    await chown(join(folder, name), 0, 0);
    expect(await missing('running', name, of)).toEqual(found);
  });

  test('is none where a folder is', async () => {
    await mkdir(join(folder, 'conf.d'));
    expect(await missing('running', 'conf.d')).toEqual([]);
  });
});

test('Compose is asked for variables that are not set only when a file has changed', async () => {
  let [files, asked] = ['a', 0];
  const stderr = 'level=warning msg="The \\"TOKEN\\" variable is not set. Defaulting to blank"';
  const withWarnings = async () => ({ output: '', stderr: (asked += 1) > 1 ? '' : stderr });
  const compose = {
    fingerprint: async () => files,
    call: async () => ({ withWarnings }),
  } as unknown as Compose;
  expect(await unsetVariables(compose)).toEqual(['TOKEN']);
  expect(await unsetVariables(compose)).toEqual(['TOKEN']);
  expect(asked).toBe(1);
  files = 'b';
  expect(await unsetVariables(compose)).toEqual([]);
  expect(asked).toBe(2);
});

/** An Engine that says this of the files of any container; a mode is given as `stat` prints it. */
function engineWith(changes: object[], modes: Record<string, number> = {}): Docker {
  const infoArchive = async ({ path }: { path: string }) => {
    const mode = modes[path];
    if (mode === undefined) throw new Error(`no such file: ${path}`);
    const stat = Buffer.from(JSON.stringify({ name: path, mode })).toString('base64');
    return { headers: { 'x-docker-container-path-stat': stat } };
  };
  return { getContainer: () => ({ changes: async () => changes, infoArchive }) } as never;
}
/** As Go writes a folder's mode. */
const folderMode = 2 ** 31 + 0o755;

test("the Engine's init is no file that somebody added", async () => {
  const docker = engineWith([
    { Path: '/sbin', Kind: 0 },
    { Path: '/sbin/docker-init', Kind: 1 },
    { Path: '/sbin/other', Kind: 1 },
  ]);
  const found = async (host: object) =>
    (await changedFiles(docker, container('running', host), []))!.map(({ path }) => path);
  expect(await found({ Init: true })).toEqual(['/sbin/other']);
  expect(await found({ Init: false })).toEqual(['/sbin/docker-init', '/sbin/other']);
});

test('a changed file is known by its rights, and folders and what programs write are none', async () => {
  const docker = engineWith(
    [
      { Path: '/etc', Kind: 0 },
      { Path: '/etc/nginx', Kind: 0 },
      { Path: '/etc/nginx/nginx.conf', Kind: 0 },
      { Path: '/app', Kind: 0 },
      { Path: '/app/run', Kind: 1 },
      { Path: '/srv', Kind: 0 },
      { Path: '/opt', Kind: 0 },
      { Path: '/opt/gone', Kind: 2 },
      { Path: '/tmp', Kind: 0 },
      { Path: '/tmp/x', Kind: 1 },
      { Path: '/run/x.sock', Kind: 1 },
    ],
    { '/etc/nginx/nginx.conf': 0o644, '/app/run': 0o755, '/srv': folderMode },
  );
  expect(await changedFiles(docker, container('running'), [])).toEqual([
    { path: '/etc/nginx/nginx.conf', change: 'changed', executable: false },
    { path: '/app/run', change: 'added', executable: true },
    { path: '/opt/gone', change: 'removed', executable: null },
  ]);
});

test('a leftover of a run is as old as its end', async () => {
  const now = Date.parse('2026-11-29T12:00:00Z');
  const labels = (service: string) => ({
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': service,
    'com.docker.compose.oneoff': 'True',
  });
  const listed = ['long', 'short'].map((name) => ({
    Id: name,
    Names: [`/shop-${name}-run-1`],
    State: 'exited',
    Labels: labels(name),
    // both were made a day ago
    Created: now / 1000 - 86_400,
    Mounts: [],
  }));
  const ends: Record<string, string> = {
    long: '2026-11-29T09:30:00Z',
    short: '2026-11-29T11:50:00Z',
  };
  const inspect = (Id: string) => async () => ({ Id, State: { FinishedAt: ends[Id] } });
  const docker = { getContainer: (id: string) => ({ inspect: inspect(id) }) } as never;
  const state = { listed, containers: [], networks: [], volumes: [], images: new Map() } as never;
  const around = { project: 'shop', services: new Set<string>(), networks: [], volumes: [], now };
  const ended = await endsOfRuns(docker, state, around);
  expect(stackFacts(state, { ...around, ended }).leftovers).toEqual([
    { name: 'shop-long-run-1', service: 'long', hours: 2 },
  ]);
});
