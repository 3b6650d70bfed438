import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createArtifacts } from '../../../activities/sandbox/artifacts.ts';
import { createOutputs } from '../../../activities/sandbox/outputs.ts';
import { createArtifactFolder, removeEarlier } from '../../../activities/tasks/artifact-folder.ts';
import { mayKeep } from '../../../activities/tasks/disk-room.ts';

const mib = 2 ** 20;
const gib = 2 ** 30;
let folder: string;
let room: boolean;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-files-'));
  room = true;
});
afterEach(() => rm(folder, { recursive: true }));

const sink = () =>
  createArtifactFolder(folder, { spawn_id: 'spawn-1', attempt: 1 }, null, async () => room);
const at = (path: string): string => join(folder, 'spawn-1', '1', path);

test.each([
  ['1 GiB free of a large disk', 100 * gib, gib, true],
  ['less of a large disk', 100 * gib, gib - 4096, false],
  ['5 % of a small disk', 4 * gib, 0.05 * 4 * gib + 4096, true],
  ['less of a small disk', 4 * gib, 0.05 * 4 * gib - 4096, false],
])('with %s, files are kept: %#', (_, size, free, kept) => {
  const bsize = 4096;
  expect(mayKeep({ bsize, blocks: size / bsize, bavail: Math.floor(free / bsize) })).toBe(kept);
});

test('a file without room is refused by name, and later files are accepted', async () => {
  const artifacts = createArtifacts(sink(), 64);
  room = false;
  await artifacts.begin('a');
  await artifacts.write(Buffer.from('lost'));
  await artifacts.end();
  room = true;
  await artifacts.begin('b');
  await artifacts.write(Buffer.from('kept'));
  await artifacts.close();
  expect(artifacts.taken).toEqual([{ path: 'b', bytes: 4 }]);
  expect(artifacts.refused).toEqual([{ path: 'a', because: 'no_room' }]);
  expect(await readFile(at('left/b'), 'utf8')).toBe('kept');
});

test('a disk that fills up during a file loses that file only', async () => {
  const artifacts = createArtifacts(sink(), 64);
  await artifacts.begin('large');
  await artifacts.write(Buffer.alloc(mib));
  room = false;
  await artifacts.write(Buffer.alloc(16 * mib));
  await artifacts.write(Buffer.alloc(mib));
  await artifacts.close();
  expect(artifacts.taken).toEqual([]);
  expect(artifacts.refused).toEqual([{ path: 'large', because: 'no_room' }]);
  expect(existsSync(at('left/large'))).toBe(false);
});

test('a long stream without room for its file is refused once, and continues', async () => {
  room = false;
  let received = 0;
  const onOutput = (_: string, bytes: Uint8Array): void => void (received += bytes.length);
  const outputs = createOutputs({ onState: () => undefined, onOutput, artifacts: sink() }, 64);
  for (let nth = 0; nth < 4; nth += 1) await outputs.push('stdout', Buffer.alloc(mib), 0);
  await outputs.push('stderr', Buffer.from('short'), 0);
  await outputs.close();
  expect(outputs.refused).toEqual([{ path: '.output/stdout', because: 'no_room' }]);
  expect(received).toBe(4 * mib + 5);
});

test('files of earlier attempts are removed, and nothing else', async () => {
  for (const name of ['1', '2', '3']) {
    await mkdir(join(folder, 'spawn-1', name, 'left'), { recursive: true });
    await writeFile(join(folder, 'spawn-1', name, 'left', 'a'), name);
  }
  await removeEarlier(folder, { spawn_id: 'spawn-1', attempt: 3 });
  await removeEarlier(folder, { spawn_id: 'spawn-2', attempt: 1 });
  const there = ['1', '2', '3'].filter((name) => existsSync(join(folder, 'spawn-1', name)));
  expect(there).toEqual(['3']);
});
