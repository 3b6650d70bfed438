import { mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bringInput, openInput } from '../../../activities/audio/input-file.ts';
import { newId } from '../../../contracts/ids.ts';
import { analyzeRequest } from '../../../domain/audio/request.ts';
import { noise, sine } from '../../domain/audio/signals.ts';
import { failing, hasEngine, startAudioBench, type AudioBench } from './bench.ts';
import { riff, wavOf } from './wav.ts';

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
  test('samples behind megabytes of other parts are found, and measured as without those', async () => {
    const part = (from: number, to?: number): Buffer => Buffer.from(tone.subarray(from, to));
    const late = riff([
      ['JUNK', Buffer.alloc(2 * 1024 * 1024)],
      ['bext', Buffer.alloc(602)],
      ['fmt ', part(20, 36)],
      ['id3 ', Buffer.alloc(1024 * 1024)],
      ['data', part(44)],
    ]);
    const reports = [];
    for (const [name, content] of [
      ['early.wav', tone],
      ['late.wav', late],
    ] as const) {
      await bench.put(name, content);
      reports.push((await bench.run(analyzeRequest({ audio_path: name, depth: 'quick' }))).report!);
    }
    const [early, found] = reports;
    expect(found!.source).toMatchObject({ seconds: early!.source.seconds, bits: 24 });
    expect(found!.peaks).toEqual(early!.peaks);
    expect(found!.issues).toEqual(early!.issues);
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
  test('a file is copied where it can have no second name', async () => {
    await bench.put('copied.wav', tone);
    const { handle, identity } = await openInput(bench.folders.files, 'copied.wav');
    await handle.close();
    const other = await mkdtemp('/dev/shm/vx11-audio-');
    onTestFinished(() => rm(other, { recursive: true }));
    const target = join(other, '1.wav');
    await bringInput(bench.folders.files, 'copied.wav', identity, target);
    expect(await readFile(target)).toEqual(tone);
    expect((await stat(target)).dev).not.toBe(identity.dev);
  });
  test('what was replaced before the export is in no project, and a second try brings it whole', async () => {
    await bench.put('late swap.wav', tone);
    const request = analyzeRequest({ audio_path: 'late swap.wav', depth: 'quick' });
    const job_id = newId('audio');
    for (const phase of ['probe', 'measure'] as const) await bench.phase(request, phase, job_id);
    const path = join(bench.folders.files, 'late swap.wav');
    await rename(path, `${path}.kept`);
    await bench.put('late swap.wav', wavOf([noise(0.5, 9600)]));
    expect(await failing(bench.phase(request, 'export', job_id))).toBe('input_changed');
    await rename(`${path}.kept`, path);
    // of an earlier try that ended in the middle
    const media = join(bench.folders.work(job_id), 'out/project/media');
    await mkdir(media, { recursive: true });
    await writeFile(join(media, '1.wav'), 'half of it');
    const job = await bench.run(request, { job_id });
    expect(await job.artifact('project/media/1.wav')).toEqual(tone);
  });
});
