import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioMastered } from '../../../contracts/audio-report.ts';
import { newId } from '../../../contracts/ids.ts';
import { mixRequest } from '../../../domain/audio/request.ts';
import { blocksOf, lineOf, parseReaper } from '../../domain/audio/reaper-parser.ts';
import { problemsOf } from '../../domain/audio/reaper-rules.ts';
import { joinedTo, noise, scaled, seconds, silence, sine } from '../../domain/audio/signals.ts';
import { decoded, hasEngine, startAudioBench, type AudioBench } from './bench.ts';
import { ffmpegMeter } from './ffmpeg-meter.ts';
import { wavOf } from './wav.ts';

describe.skipIf(!hasEngine)('the report of a mix', () => {
  let bench: AudioBench;
  const stems = [{ audio_path: 'pad.wav' }, { audio_path: 'hits.wav' }];
  beforeAll(async () => {
    bench = await startAudioBench();
    const pad = noise(0.05, seconds(3));
    // a gap of two seconds in all tracks, and clicks that no limiter of 6 dB brings down
    const gapped = joinedTo(pad, silence(seconds(2)), pad);
    const hits = gapped.map((one, at) => (one !== 0 && at % 24_000 < 40 ? 0.9 : 0));
    await bench.put('pad.wav', wavOf([gapped, scaled(gapped, 0.8)]));
    await bench.put('hits.wav', wavOf([hits]));
    await bench.put('tone.wav', wavOf([sine(330, 0.1, seconds(4))]));
  });
  afterAll(() => bench?.remove());

  test('says how loud its result is, by the meter of ffmpeg, and draws it', async () => {
    const inputs = [{ audio_path: 'tone.wav' }, { audio_path: 'pad.wav' }];
    const job_id = newId('audio');
    const job = await bench.run(mixRequest({ stems: inputs }), { job_id });
    const report = job.report!;
    expect(report.source).toMatchObject({ audio_path: 'mix.wav', channels: 2, codec: 'pcm_f32le' });
    const own = ffmpegMeter(join(bench.folders.job(job_id), 'mix.wav'));
    expect(Math.abs(report.loudness.integrated! - own.integrated)).toBeLessThanOrEqual(0.1);
    const samples = decoded(await job.artifact('mix.wav'));
    const highest = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    expect(report.peaks.sample!).toBeCloseTo(20 * Math.log10(highest), 2);
    expect(report.master).toBeNull();
    expect(report.chain.map(({ effect }) => effect)).toEqual(['compressor']);
    for (const name of ['report.json', 'waveform.png', 'peaks.json'])
      expect(job.artifacts).toContain(name);
    expect(JSON.parse((await job.artifact('report.json')).toString())).toEqual(report);
  });

  test('says that its target was not reached, with what was, and its problems are markers of its project', async () => {
    const master = { lufs: -9, ceiling_dbtp: -1, max_gain_reduction_db: 6 };
    const job = await bench.run(mixRequest({ stems, unity: true, master }));
    const report = job.report!;
    const missed = report.issues.find(({ kind }) => kind === 'target_unreachable')!;
    expect(missed.value).toBe(report.master!.integrated);
    expect(missed.because).toContain('6 dB');
    expect(report.master).toMatchObject({ reached: false, target_lufs: -9, preset: null });
    const notes = JSON.parse((await job.artifact('mix.json')).toString()) as {
      master: AudioMastered;
    };
    expect(report.master!.sha256).toBe(notes.master.sha256);
    const text = (await job.artifact('project/song.RPP')).toString();
    expect(problemsOf(text)).toEqual([]);
    const project = parseReaper(text).blocks[0]!;
    const gap = report.issues.find(({ kind }) => kind === 'silence')!;
    expect(gap.ranges[0]![0]).toBeCloseTo(3, 1);
    const markers = project.lines.filter(([tag]) => tag === 'MARKER');
    expect(markers.map((one) => one[3])).toContain('silence');
    // what the master was made with is in the project, at the same numbers
    const effects = blocksOf(blocksOf(project, 'MASTERFXLIST')[0]!, 'JS');
    const gains = effects.filter(({ words }) => words[1] === 'utility/volume');
    expect(gains.map(({ lines }) => Number(lines[0]![0]))).toContain(report.master!.gain_db);
    expect(effects.at(-1)!.words[1]).toBe('loser/MGA_JSLimiterST');
    expect(Number(lineOf(project, 'MASTER_VOLUME')![1])).toBe(1);
  });

  test('of silence has no figures, and says so', async () => {
    await bench.put('none.wav', wavOf([silence(seconds(1))]));
    const inputs = [{ audio_path: 'none.wav' }, { audio_path: 'none.wav' }];
    const { report } = await bench.run(mixRequest({ stems: inputs }));
    expect(report!.loudness).toMatchObject({ integrated: null, reason: 'silent' });
    expect(report!.issues.map(({ kind }) => kind)).toContain('silent');
  });
});
