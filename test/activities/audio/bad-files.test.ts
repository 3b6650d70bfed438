import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import { analyzeRequest } from '../../../domain/audio/request.ts';
import { noise, sine } from '../../domain/audio/signals.ts';
import { failing, hasEngine, startAudioBench, type AudioBench } from './bench.ts';
import { wavOf } from './wav.ts';

describe.skipIf(!hasEngine)('what is no audio', () => {
  let bench: AudioBench;
  beforeAll(async () => void (bench = await startAudioBench()));
  afterAll(() => bench?.remove());

  const tone = wavOf([sine(440, 0.5, 4800)]);
  const header = (at: number, bytes: number[]): Buffer => {
    const copy = Buffer.from(tone);
    copy.set(bytes, at);
    return copy;
  };
  test.each<[string, Buffer, string]>([
    ['nothing.wav', Buffer.alloc(0), 'not_audio'],
    ['text.wav', Buffer.from('hello there\n'.repeat(100)), 'not_audio'],
    ['zip.wav', Buffer.from('504b0304140000000800', 'hex'), 'not_audio'],
    ['png.wav', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'not_audio'],
    ['playlist.wav', Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'), 'not_audio'],
    ['concat.wav', Buffer.from("ffconcat version 1.0\nfile '/etc/passwd'\n"), 'not_audio'],
    ['zeros.wav', Buffer.alloc(5000), 'not_audio'],
    ['channels.wav', header(22, [0, 0]), 'bad_header'],
    ['many.wav', header(22, [255, 255]), 'bad_header'],
    ['rate.wav', header(24, [255, 255, 255, 255]), 'bad_header'],
    ['cut.wav', tone.subarray(0, 30), 'bad_header'],
  ])('%s is refused with a reason', async (name, content, reason) => {
    await bench.put(name, content);
    const job = bench.run(analyzeRequest({ audio_path: name, depth: 'quick' }));
    expect(await failing(job)).toBe(reason);
  });
  test.each([
    '-i.wav',
    '%03d.wav',
    'a:b.wav',
    `"it's".wav`,
    'two\nlines.wav',
    'pipe:0',
    'concat|x',
  ])('a file named %j is a file', async (name) => {
    await bench.put(name, tone);
    const job = await bench.run(analyzeRequest({ audio_path: name, depth: 'quick' }));
    expect(job.report!.source.seconds).toBeCloseTo(0.1, 3);
  });
  test('links lead nowhere, and what was replaced meanwhile is not read', async () => {
    const outside = join(bench.folders.jobs, 'secret.wav');
    await writeFile(outside, tone);
    await symlink(outside, join(bench.folders.files, 'link.wav'));
    await mkdir(join(bench.folders.files, 'real'));
    await symlink(bench.folders.jobs, join(bench.folders.files, 'folder'));
    for (const name of ['link.wav', 'folder/secret.wav', 'missing.wav', 'real'])
      expect(await failing(bench.run(analyzeRequest({ audio_path: name })))).toBe('file_not_found');
    await bench.put('swap.wav', wavOf([sine(441, 0.5, 4800)]));
    const request = analyzeRequest({ audio_path: 'swap.wav' });
    const job_id = newId('audio');
    await bench.phase(request, 'probe', job_id);
    await bench.put('swap.wav', wavOf([noise(0.5, 9600)]));
    expect(await failing(bench.phase(request, 'measure', job_id))).toBe('input_changed');
  });
});
