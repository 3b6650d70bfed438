import { MockActivityEnvironment } from '@temporalio/testing';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModelActivities } from '../../../activities/models/create-model-activities.ts';
import type { ModelFailure } from '../../../activities/models/failure.ts';
import { fetchFile } from '../../../activities/models/fetch-file.ts';
import { bytesKey } from '../../../activities/models/folder.ts';
import { createHub } from '../../../activities/models/hub.ts';
import { createHubClient } from '../../../activities/models/hub-client.ts';
import { ggufFile, startHub, type StandInHub } from '../../activities/models/stand-in-hub.ts';

const canMount = process.getuid?.() === 0 && process.platform === 'linux';
const mebibyte = 1024 ** 2;

describe.skipIf(!canMount)('a disk that is full', () => {
  const bytes = ggufFile(4 * mebibyte);
  let root: string;
  let hub: StandInHub;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'vx11-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', root]);
    hub = await startHub({
      'ana/tiny': { files: { 'tiny.gguf': bytes } },
      'ana/parts': {
        files: {
          'big-00001-of-00002.gguf': bytes,
          'big-00002-of-00002.gguf': ggufFile(4 * mebibyte + 32),
        },
      },
    });
  });
  afterAll(async () => {
    await hub?.close();
    execFileSync('umount', ['-l', root]);
    await rm(root, { recursive: true, force: true });
  });

  test('stops a pull of several files before its first byte if they do not fit together', async () => {
    const client = createHubClient({ url: hub.url, token: null });
    const repository = await createHub(client).repository(
      'ana/parts',
      'main',
      new AbortController().signal,
    );
    const model = {
      repo: 'ana/parts',
      commit: hub.commit,
      license: null,
      files: repository.files!,
    };
    const { fetchModel } = createModelActivities({
      hub: { url: hub.url, token: null },
      ollamaUrl: null,
      folder: root,
      mayDownload: true,
    });
    const pull = new MockActivityEnvironment().run(fetchModel, {
      model,
      have: {},
    });
    await expect(pull).rejects.toThrow('do not fit');
    expect(hub.counts.bytes).toBe(0);
  });

  test('stops a pull before its first byte, or keeps what is there, and it goes on once there is room', async () => {
    const client = createHubClient({ url: hub.url, token: null });
    const { signal } = new AbortController();
    const { files } = await createHub(client).repository('ana/tiny', 'main', signal);
    const file = files![0]!;
    let onBytes = (_length: number): void => undefined;
    const pull = () => {
      const way = { client, root, signal, onBytes: (length: number) => onBytes(length) };
      return fetchFile(way, { repo: 'ana/tiny', commit: hub.commit }, file, null).then(
        () => null,
        (error: unknown) => error as ModelFailure,
      );
    };
    const filler = join(root, 'filler');
    await writeFile(filler, Buffer.alloc(5 * mebibyte));
    expect(await pull()).toMatchObject({ reason: 'disk_full', retry: false });
    expect(hub.counts.bytes).toBe(0);

    await rm(filler);
    // another program takes the room while the file comes
    let taken = false;
    onBytes = (length) => {
      if (taken || length < mebibyte) return;
      taken = true;
      // it ends with an error once nothing is left
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']);
    };
    expect(await pull()).toMatchObject({ reason: 'disk_full' });
    const { size } = await stat(join(root, '@partial', bytesKey(file)));
    expect(size).toBeGreaterThanOrEqual(mebibyte);

    await rm(filler);
    const sent = hub.counts.bytes;
    expect(await pull()).toBeNull();
    expect(hub.counts.ranges.at(-1)).toBe(`bytes=${size}-`);
    expect(hub.counts.bytes - sent).toBe(bytes.length - size);
    expect((await readFile(join(root, '@partial', bytesKey(file)))).equals(bytes)).toBe(true);
  });
});
