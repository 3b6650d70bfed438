import { link, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyzeRequest, masterRequest } from '../../../domain/audio/request.ts';
import {
  failing,
  hasEngine,
  startAudioBench,
  type AudioBench,
} from '../../activities/audio/bench.ts';
import { contents, oddNames, stable, tone } from './bad-contents.ts';

const secret = 'this text lies outside';

describe.skipIf(!hasEngine)('bad files', () => {
  let bench: AudioBench;
  beforeAll(async () => void (bench = await startAudioBench()));
  afterAll(() => bench?.remove());

  /** Both kinds of job: what is analyzed may still be refused as a master. */
  const jobsOf = (audio_path: string) =>
    [analyzeRequest({ audio_path }), masterRequest({ audio_path })!].map((request) => async () => {
      const ended = bench.run(request).then((job) => {
        expect(JSON.stringify(job.report)).not.toMatch(/NaN|Infinity|this text lies outside|root:/);
      });
      return failing(ended);
    });

  test.each(contents)('%s ends in an answer or a documented reason', async (name, content) => {
    await bench.put(name, content);
    for (const job of jobsOf(name)) expect([...stable]).toContain(await job());
  });
  test('there are forty of them', () => expect(contents).toHaveLength(40));

  test.each(oddNames)('a file named %j is a file and nothing else', async (name) => {
    await bench.put(name, tone);
    for (const job of jobsOf(name)) expect(await job()).toBe('done');
  });

  test('links, devices and paths lead nowhere outside', async () => {
    const outside = join(bench.folders.jobs, 'outside.wav');
    await writeFile(outside, secret);
    const at = (name: string): string => join(bench.folders.files, name);
    await symlink(outside, at('link.wav'));
    await symlink('/dev/zero', at('zero.wav'));
    await symlink(bench.folders.jobs, at('folder'));
    await symlink('loop.wav', at('loop.wav'));
    await mkdir(at('real folder'));
    const names = ['link.wav', 'zero.wav', 'folder/outside.wav', 'loop.wav', 'real folder'];
    const paths = [
      '../jobs/outside.wav',
      '/etc/passwd',
      'a/../../jobs/outside.wav',
      'file:/etc/passwd',
    ];
    for (const name of [...names, ...paths, 'missing.wav'])
      for (const job of jobsOf(name)) expect(await job(), name).toBe('file_not_found');
  });

  test('a second name of a file outside stays what it was, and nothing is written beside the files', async () => {
    const before = await readdir(bench.folders.files);
    const outside = join(bench.folders.jobs, 'hard.wav');
    await writeFile(outside, tone);
    await link(outside, join(bench.folders.files, 'hard.wav'));
    for (const job of jobsOf('hard.wav')) expect(await job()).toBe('done');
    await rm(join(bench.folders.files, 'hard.wav'));
    expect(await readdir(bench.folders.files)).toEqual(before);
    // what failed leaves its work to madre, which removes it at the end of the job; what was done leaves nothing
    expect((await bench.left()).every((name) => name.startsWith('audio-'))).toBe(true);
  });
});
