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

test('a file that there is no room for is refused by name, and what comes after it is taken', async () => {
  const leavings = createArtifacts(sink(), 64);
  room = false;
  await leavings.begin('a');
  await leavings.write(Buffer.from('lost'));
  await leavings.end();
  room = true;
  await leavings.begin('b');
  await leavings.write(Buffer.from('kept'));
  await leavings.close();
  expect(leavings.taken).toEqual([{ path: 'b', bytes: 4 }]);
  expect(leavings.refused).toEqual([{ path: 'a', because: 'no_room' }]);
  expect(await readFile(at('left/b'), 'utf8')).toBe('kept');
});

test('a disk that fills up while a file comes loses that file alone', async () => {
  const leavings = createArtifacts(sink(), 64);
  await leavings.begin('large');
  await leavings.write(Buffer.alloc(mib));
  room = false;
  await leavings.write(Buffer.alloc(16 * mib));
  await leavings.write(Buffer.alloc(mib));
  await leavings.close();
  expect(leavings.taken).toEqual([]);
  expect(leavings.refused).toEqual([{ path: 'large', because: 'no_room' }]);
  expect(existsSync(at('left/large'))).toBe(false);
});

test('a long stream that there is no room for is refused once, and goes on', async () => {
  room = false;
  let heard = 0;
  const onOutput = (_: string, bytes: Uint8Array): void => void (heard += bytes.length);
  const outputs = createOutputs({ onState: () => undefined, onOutput, artifacts: sink() }, 64);
  for (let nth = 0; nth < 4; nth += 1) await outputs.push('stdout', Buffer.alloc(mib), 0);
  await outputs.push('stderr', Buffer.from('short'), 0);
  await outputs.close();
  expect(outputs.refused).toEqual([{ path: '.output/stdout', because: 'no_room' }]);
  expect(heard).toBe(4 * mib + 5);
});

test('what earlier attempts left is removed, and nothing else', async () => {
  for (const name of ['1', '2', '3']) {
    await mkdir(join(folder, 'spawn-1', name, 'left'), { recursive: true });
    await writeFile(join(folder, 'spawn-1', name, 'left', 'a'), name);
  }
  await removeEarlier(folder, { spawn_id: 'spawn-1', attempt: 3 });
  await removeEarlier(folder, { spawn_id: 'spawn-2', attempt: 1 });
  const there = ['1', '2', '3'].filter((name) => existsSync(join(folder, 'spawn-1', name)));
  expect(there).toEqual(['3']);
});
