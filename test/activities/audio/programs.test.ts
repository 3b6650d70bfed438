import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEngine, runProgram } from '../../../activities/audio/engine.ts';
import { foundBy } from '../../../activities/audio/engines/note-engine.ts';
import { runFfmpeg } from '../../../activities/audio/ffmpeg.ts';
import { engineHealth } from '../../../domain/audio/engines.ts';
import { identify } from '../../../platform/process-identity.ts';
import { failing } from './bench.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'vx11-programs-'))));
afterAll(() => rm(folder, { recursive: true }));

/** A program that is only a script, in the folder in which programs are looked for. */
async function program(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}
const { signal } = new AbortController();
const ran = async (script: string): Promise<string> => {
  await program(
    'ffmpeg',
    `case "$1" in -version) echo ffmpeg version 5.1.9 x;; *) ${script};; esac`,
  );
  return failing(runFfmpeg(await findEngine(folder), { inputs: [], args: ['x'], signal }));
};

test('programs that are missing are named with the command that brings them, and the others work', async () => {
  const none = await findEngine(join(folder, 'nothing'));
  expect(none.tools).toEqual({});
  await expect(runProgram(none, 'bpm', { args: [], signal })).rejects.toMatchObject({
    reason: 'engine_missing',
    message: expect.stringMatching(
      /npm run image -- audio;.*apt-get install -y bpm-tools/,
    ) as string,
  });
  expect(engineHealth(foundBy(none, 0))).toMatchObject({
    status: 'degraded',
    error: 'engine_missing',
    hint: expect.stringContaining('apt-get install -y ffmpeg bpm-tools sox') as string,
  });
  await program('ffmpeg', 'echo ffmpeg version 5.1.9-0+deb12u1 Copyright');
  await program('ffprobe', 'echo ffprobe version 5.1.9-0+deb12u1 Copyright');
  const some = await findEngine(folder);
  expect(some.tools).toEqual({ ffmpeg: '5.1.9-0+deb12u1', ffprobe: '5.1.9-0+deb12u1' });
  expect(engineHealth(foundBy(some, 0))).toMatchObject({ status: 'degraded', error: null });
});

test('a program that prints no version is known by its file: another build is another version', async () => {
  const versionOf = async (script: string): Promise<string | undefined> => {
    await program('bpm', script);
    return (await findEngine(folder)).tools['bpm'];
  };
  const first = await versionOf('echo Usage: bpm [options]');
  expect(first).toMatch(/^build-[\da-f]{12}$/);
  expect(await versionOf('echo Usage: bpm [options] # built again')).not.toBe(first);
  expect(await versionOf('echo Usage: bpm [options]')).toBe(first);
  await rm(join(folder, 'bpm'));
});

describe('a run of ffmpeg', () => {
  test.each([
    ['that is killed for its memory', 'kill -9 $$', 'out_of_memory'],
    ['whose container says so', 'exit 137', 'out_of_memory'],
    ['on a full disk', 'echo "x: No space left on device" >&2; exit 1', 'disk_full'],
    ['that finds no sound', 'echo "Invalid data found when processing" >&2; exit 1', 'not_audio'],
    ['that fails in another way', 'echo "no such filter" >&2; exit 1', 'engine_failed'],
    ['that works', 'true', 'done'],
  ])('%s ends with %s', async (_, script, reason) => expect(await ran(script)).toBe(reason));

  test('that is no longer wanted is dead at once, with what it started', async () => {
    const started = join(folder, 'started');
    await program(
      'ffmpeg',
      `[ "$1" = -version ] || { sleep 300 & echo $! > ${started}; }; echo ffmpeg version 5 x; wait`,
    );
    const stop = new AbortController();
    const run = runFfmpeg(await findEngine(folder), {
      inputs: [],
      args: ['x'],
      signal: stop.signal,
      onStdout: () => stop.abort(new Error('cancelled')),
    });
    await expect(run).rejects.toThrow('cancelled');
    const pid = Number(await readFile(started, 'utf8'));
    await expect.poll(() => identify(pid)).toBeUndefined();
  });
});
