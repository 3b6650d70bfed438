import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MasterBody } from '../../../contracts/audio.ts';
import { analyzeRequest, masterRequest } from '../../../domain/audio/request.ts';
import {
  fromDb,
  joinedTo,
  noise,
  scaled,
  seconds,
  silence,
  sine,
  sumOf,
} from '../../domain/audio/signals.ts';
import { decoded, failing, hasEngine, startAudioBench, type AudioBench } from './bench.ts';
import { riff, wavOf } from './wav.ts';

/** What users of other tools complain about in public, and what happens here. */
describe.skipIf(!hasEngine)('complaints about other tools', () => {
  let bench: AudioBench;
  beforeAll(async () => void (bench = await startAudioBench()));
  afterAll(() => bench?.remove());

  const analyzed = async (file: Buffer, name = 'a.wav') => {
    await bench.put(name, file);
    return (await bench.run(analyzeRequest({ audio_path: name, depth: 'quick' }))).report!;
  };
  const mastered = async (file: Buffer, more: Partial<MasterBody> = {}, name = 'm.wav') => {
    await bench.put(name, file);
    const job = await bench.run(masterRequest({ audio_path: name, ...more })!);
    return { ...job, report: job.report!, master: job.report!.master! };
  };
  /** Codes a WAV file in another way. */
  const coded = (wav: Buffer, ...as: string[]): Buffer =>
    execFileSync('ffmpeg', ['-v', 'error', '-i', 'pipe:0', ...as, 'pipe:1'], {
      input: wav,
      maxBuffer: 1e9,
    });
  const music = sumOf(sine(220, 0.1, seconds(6)), noise(0.05, seconds(6)));
  const kindsOf = ({ issues }: { issues: { kind: string }[] }) => issues.map(({ kind }) => kind);

  test('asked for linear, got dynamic: where nothing is limited, the range stays', async () => {
    const loud = sumOf(sine(300, 0.2, seconds(8)), noise(0.05, seconds(8)));
    const parts = joinedTo(scaled(loud, 0.3), loud, scaled(loud, 0.5));
    const { master, report } = await mastered(wavOf([parts, parts]));
    expect(master.limited).toBe(false);
    expect(report.loudness.range).toBeGreaterThan(3);
    expect(Math.abs(master.range! - report.loudness.range!)).toBeLessThanOrEqual(0.5);
  });

  test('output at 192 kHz: rate and channels are those of the source, limited or not', async () => {
    for (const rate of [44_100, 96_000]) {
      const loud = noise(0.1, 3 * rate).map((one, at) => (at % 4801 < 2 ? 0.9 * (-1) ** at : one));
      const target = { lufs: -9, ceiling_dbtp: -1, max_gain_reduction_db: 12 };
      const { artifact, master } = await mastered(wavOf([loud, loud], { rate }), { target });
      expect(master.limited).toBe(true);
      const report = await analyzed(await artifact('master.wav'));
      expect(report.source).toMatchObject({ rate, channels: 2, seconds: 3 });
    }
  });

  test('boosting a quiet, peaky file clips it: it is limited or turned up less, and the report says so', async () => {
    const peaky = Float32Array.from({ length: seconds(6) }, (_, at) =>
      at % 24_000 < 40 ? 0.9 * Math.sin(at / 3) : music[at % music.length]! / 20,
    );
    const { master, report } = await mastered(wavOf([peaky, peaky]), {
      target: { lufs: -14, ceiling_dbtp: -1 },
    });
    expect(master.true_peak).toBeLessThanOrEqual(-1);
    expect(master).toMatchObject({ limited: true, reached: false });
    expect(master.reduction_db).toBeLessThanOrEqual(6.01);
    const missed = report.issues.find(({ kind }) => kind === 'target_unreachable')!;
    expect(missed.value).toBe(master.integrated);
    expect(missed.because).toContain('more than 6 dB would have to be taken off its peaks');
  });

  test('short files: under 400 ms there is no loudness but a peak, and from 400 ms on all works', async () => {
    const brief = await analyzed(wavOf([music.slice(0, 18_000)]));
    expect(brief.loudness).toMatchObject({ integrated: null, reason: 'too_short' });
    expect(brief.peaks.sample).toBeLessThan(0);
    const { master } = await mastered(wavOf([music.slice(0, 19_300)]));
    expect(Math.abs(master.integrated! + 14)).toBeLessThanOrEqual(0.1);
  });

  test('more than five channels: layouts are named, and guessed ones marked', async () => {
    const six = [1, 2, 3, 4, 5, 6].map((nth) => sine(100 * nth, 0.05, seconds(2)));
    const report = await analyzed(wavOf(six));
    expect(report.source).toMatchObject({ channels: 6, layout: '5.1', layout_guessed: true });
    expect(kindsOf(report)).toContain('layout_guessed');
  });

  test('a limiter distorts the bass: what is around 1 kHz stays 50 dB below it', async () => {
    const both = sumOf(sine(60, 0.9, seconds(6)), sine(1000, 0.1, seconds(6)));
    const clean = await analyzed(wavOf([both, both]));
    const target = { lufs: clean.loudness.integrated! + 4.8, ceiling_dbtp: -1 };
    const { artifact, master } = await mastered(wavOf([both, both]), {
      target: { ...target, max_gain_reduction_db: 12 },
    });
    expect(master.limited).toBe(true);
    const out = decoded(await artifact('master.wav'));
    const left = Float32Array.from({ length: seconds(4) }, (_, at) => out[2 * (at + 48_000)]!);
    const at = (hz: number): number => amplitudeAt(left, hz);
    for (const product of [820, 880, 940, 1060, 1120, 1180])
      expect(20 * Math.log10(at(product) / at(1000))).toBeLessThanOrEqual(-50);
  });

  test('floats over full scale are cut on the way: here they come out whole', async () => {
    const loud = sumOf(sine(220, 1.4, seconds(4)), sine(1330, 0.4, seconds(4)));
    const { artifact, master, report } = await mastered(wavOf([loud, loud], { float: true }));
    expect(kindsOf(report)).toContain('over_full_scale');
    const over = report.issues.find(({ kind }) => kind === 'over_full_scale');
    expect(over!.ranges.length).toBeGreaterThan(0);
    const out = decoded(await artifact('master.wav'));
    const gain = fromDb(master.gain_db);
    expect(master.limited).toBe(false);
    const worst = loud.reduce(
      (most, one, at) => Math.max(most, Math.abs(out[2 * at]! - one * gain)),
      0,
    );
    expect(worst).toBeLessThan(1e-6);
  });

  test('an MP3 that decodes over full scale: it is named, and its master is below the ceiling', async () => {
    const quiet = { lufs: -14, ceiling_dbtp: -1 };
    const loud = joinedTo(sine(97, 1, seconds(2)), scaled(music, 6)).map((one) =>
      Math.tanh(2 * one),
    );
    const mp3 = coded(wavOf([loud, loud]), '-c:a', 'libmp3lame', '-b:a', '96k', '-f', 'mp3');
    const { report, master } = await mastered(mp3, { target: quiet }, 'hot.mp3');
    expect(report.peaks.sample).toBeGreaterThan(0);
    expect(kindsOf(report)).toContain('over_full_scale');
    expect(master.true_peak).toBeLessThanOrEqual(-1);
  });

  test('lossy copies of a master go over: its preset leaves 2 dB', async () => {
    const bright = noise(0.2, seconds(4));
    const { master, artifact } = await mastered(wavOf([bright, noise(0.2, seconds(4), 9)]), {
      preset: 'lossy',
    });
    expect(master.true_peak).toBeLessThanOrEqual(-2);
    const copy = coded(
      await artifact('master.wav'),
      '-c:a',
      'libmp3lame',
      '-b:a',
      '192k',
      '-f',
      'mp3',
    );
    expect((await analyzed(copy, 'copy.mp3')).peaks.true).toBeLessThanOrEqual(-1);
  });

  test('a vague warning of clipping: ranges, channels and samples are named, and a full sine is none', async () => {
    const cut = Float32Array.from(music);
    cut.fill(1, 48_000, 48_010);
    const [found] = (await analyzed(wavOf([music, cut]))).issues;
    expect(found).toMatchObject({ kind: 'clipping', channels: [2], value: 10, threshold: 3 });
    expect(found!.ranges).toEqual([[1, 1.0002]]);
    expect(kindsOf(await analyzed(wavOf([sine(997, 1, seconds(2))])))).not.toContain('clipping');
  });

  test('an MP3 without a length header: the duration is that of the decoded samples', async () => {
    const wav = wavOf([joinedTo(music, silence(seconds(6)), scaled(music, 0.2))]);
    const mp3 = coded(wav, '-c:a', 'libmp3lame', '-q:a', '5', '-write_xing', '0', '-f', 'mp3');
    const report = await analyzed(mp3, 'vbr.mp3');
    expect(report.source.seconds).toBeGreaterThan(17.9);
    expect(report.source.seconds).toBeLessThan(18.2);
  });

  test('odd MP3s crash: what cannot be decoded is an issue', async () => {
    const mp3 = coded(wavOf([music]), '-c:a', 'libmp3lame', '-b:a', '128k', '-f', 'mp3');
    const broken = Buffer.from(mp3);
    for (let at = 20_000; at < 60_000; at += 1) broken[at] = (at * 7919) % 251;
    const report = await analyzed(broken, 'broken.mp3');
    expect(report.issues).toContainEqual(expect.objectContaining({ kind: 'corrupt' }));
    expect(report.source.seconds).toBeGreaterThan(1);
  });

  test('WAV files over 4 GB: their form is read, and a size of 0 or all ones goes on to the end', async () => {
    const plain = wavOf([music]);
    const long = Buffer.alloc(28);
    const data = plain.subarray(44);
    long.writeBigUInt64LE(BigInt(data.length), 8);
    const parts: [string, Buffer][] = [
      ['ds64', long],
      ['fmt ', Buffer.from(plain.subarray(20, 36))],
      ['data', Buffer.from(data)],
    ];
    for (const form of ['RF64', 'BW64']) {
      const file = riff(parts, form);
      file.writeUInt32LE(0xffffffff, 12 + 8 + 28 + 8 + 16 + 4);
      expect((await analyzed(file)).source.seconds).toBe(6);
    }
    for (const size of [0, 0xffffffff]) {
      const file = Buffer.from(plain);
      file.writeUInt32LE(size, 40);
      expect((await analyzed(file)).source.seconds).toBe(6);
    }
  });

  test('an archive behind a WAV file is named, and a chunk of the file is not', async () => {
    const plain = wavOf([music]);
    const zip = Buffer.from('504b030414000000080000000000', 'hex');
    const behind = await analyzed(Buffer.concat([plain, zip]));
    expect(behind.issues).toContainEqual(
      expect.objectContaining({ kind: 'trailing_data', value: zip.length }),
    );
    const chunk = Buffer.concat([Buffer.from('LIST\x04\0\0\0INFO', 'latin1')]);
    expect(kindsOf(await analyzed(Buffer.concat([plain, chunk])))).not.toContain('trailing_data');
  });

  test('tags: title and artist stay, and old loudness tags go', async () => {
    const tags = ['TITLE=Song', 'ARTIST=Ana', 'REPLAYGAIN_TRACK_GAIN=-9 dB', 'R128_TRACK_GAIN=5'];
    const flac = coded(
      wavOf([music, music]),
      ...tags.flatMap((tag) => ['-metadata', tag]),
      '-c:a',
      'flac',
      '-f',
      'flac',
    );
    const { artifact } = await mastered(
      flac,
      { format: { container: 'flac', bits: 24 } },
      'tags.flac',
    );
    // it ends before it has read everything, which is no error here
    const kept = spawnSync('ffprobe', ['-v', 'error', '-show_format', '-of', 'json', 'pipe:0'], {
      input: await artifact('master.flac'),
      encoding: 'utf8',
    }).stdout;
    expect(kept).toContain('Song');
    expect(kept).toContain('Ana');
    expect(kept).not.toMatch(/REPLAYGAIN|R128/i);
  });

  test('silence cannot be mastered, and says why', async () => {
    expect(await failing(mastered(wavOf([silence(seconds(2))])))).toBe('silent');
  });
});

/** The amplitude of one frequency in a signal of whole seconds at 48 kHz. */
function amplitudeAt(signal: Float32Array, hz: number): number {
  let [x, y] = [0, 0];
  for (let at = 0; at < signal.length; at += 1) {
    const window = 1 - Math.cos((2 * Math.PI * at) / signal.length);
    x += window * signal[at]! * Math.cos((2 * Math.PI * hz * at) / 48_000);
    y += window * signal[at]! * Math.sin((2 * Math.PI * hz * at) / 48_000);
  }
  return (2 * Math.hypot(x, y)) / signal.length;
}
