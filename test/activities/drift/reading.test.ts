import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Compose } from '../../../activities/compose/compose.ts';
import { changedFiles } from '../../../activities/drift/reading/changed-files.ts';
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

test("the Engine's init is no file that somebody added", async () => {
  const changes = [
    { Path: '/sbin', Kind: 0 },
    { Path: '/sbin/docker-init', Kind: 1 },
    { Path: '/sbin/other', Kind: 1 },
  ];
  const docker = { getContainer: () => ({ changes: async () => changes }) } as unknown as Docker;
  const found = async (host: object) =>
    (await changedFiles(docker, container('running', host), []))!.map(({ path }) => path);
  expect(await found({ Init: true })).toEqual(['/sbin/other']);
  expect(await found({ Init: false })).toHaveLength(3);
});
