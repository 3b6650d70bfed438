import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioReport } from '../../../contracts/audio-report.ts';
import { analyzeRequest, compareRequest, mixRequest } from '../../../domain/audio/request.ts';
import {
  joinedTo,
  noise,
  scaled,
  seconds,
  silence,
  sine,
  sumOf,
} from '../../domain/audio/signals.ts';
import { blocksOf, lineOf, parseReaper } from '../../domain/audio/reaper-parser.ts';
import { problemsOf } from '../../domain/audio/reaper-rules.ts';
import { song, stereoSong } from '../../domain/audio/songs.ts';
import {
  decoded,
  engine,
  hasEngine,
  startAudioBench,
  type AudioBench,
  type JobOutcome,
} from './bench.ts';
import { headerOf, wavOf } from './wav.ts';

const kindsOf = ({ issues }: Pick<AudioReport, 'issues'>): string[] =>
  issues.map(({ kind }) => kind);

describe.skipIf(!hasEngine)('audio jobs', () => {
  let bench: AudioBench;
  beforeAll(async () => void (bench = await startAudioBench()));
  afterAll(() => bench?.remove());

  const analyzed = async (file: Buffer, name = 'a.wav', depth: 'quick' | 'full' = 'quick') => {
    await bench.put(name, file);
    return (await bench.run(analyzeRequest({ audio_path: name, depth }))).report!;
  };
  test('a song is measured, described, drawn, and nothing of the work is left', async () => {
    const [left, right] = stereoSong({
      tonic: 9,
      scale: 'minor',
      bpm: 120,
      drums: true,
      length: 12,
    });
    await bench.put('song.wav', wavOf([left, right], { rate: 44_100, bits: 16 }));
    const job = await bench.run(analyzeRequest({ audio_path: 'song.wav' }));
    const report = job.report!;
    expect(report.source).toMatchObject({ rate: 44_100, bits: 16, channels: 2, seconds: 12 });
    expect(report.key).toMatchObject({ name: 'A', scale: 'minor' });
    if (engine.tools['bpm'] !== undefined) expect(report.tempo!.bpm).toBeCloseTo(120, 0);
    expect(report.loudness.reason).toBeNull();
    expect(job.artifacts).toEqual([
      'peaks.json',
      'project/media/1.wav',
      'project/song.RPP',
      'report.json',
      'spectrogram.png',
      'waveform.png',
    ]);
    const png = await job.artifact('waveform.png');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 240]);
    await readAsReaper(job);
    const spectrogram = await job.artifact('spectrogram.png');
    expect(spectrogram.readUInt32BE(20)).toBeGreaterThan(513);
    expect(await bench.left()).toEqual([]);
  });

  const hasBpm = engine.tools['bpm'] !== undefined;
  test.skipIf(!hasBpm).each([64, 176])(
    'a tempo of %i is neither doubled nor halved',
    async (bpm) => {
      const mono = song({ tonic: 5, scale: 'major', bpm, drums: true });
      await bench.put('pace.wav', wavOf([mono], { rate: 44_100, bits: 16 }));
      const { tempo } = (await bench.run(analyzeRequest({ audio_path: 'pace.wav' }))).report!;
      expect(Math.abs(tempo!.bpm / bpm - 1)).toBeLessThanOrEqual(0.01);
      expect(tempo!.alternatives.every(({ weight }) => weight >= 0 && weight <= 1)).toBe(true);
    },
  );

  test('what the budget is too short for is left out and named, and all is there with a longer one', async () => {
    const [left, right] = stereoSong({ tonic: 2, scale: 'major', bpm: 96, drums: true, length: 8 });
    await bench.put('late.wav', wavOf([left, right], { rate: 44_100 }));
    const request = analyzeRequest({ audio_path: 'late.wav', depth: 'deep' });
    const none = await bench.run(request, { budgetMs: 1 });
    expect(none.report).toMatchObject({
      degraded: true,
      unfinished: ['meter', 'notes', 'tempo', 'pictures'],
      tempo: null,
      key: null,
      peaks: { true: null },
    });
    expect(none.artifacts).not.toContain('spectrogram.png');
    const whole = await bench.run(request, { budgetMs: 600_000 });
    expect(whole.report).toMatchObject({ degraded: false, unfinished: [] });
    expect(whole.report!.key).toMatchObject({ name: 'D', scale: 'major' });
    expect(whole.artifacts).toContain('spectrogram.png');
    // what was counted here is what the meter of ffmpeg says
    const { integrated } = none.report!.loudness;
    expect(Math.abs(integrated! - whole.report!.loudness.integrated!)).toBeLessThanOrEqual(0.1);
  });

  describe('problems', () => {
    const music = sumOf(sine(330, 0.2, seconds(5)), noise(0.05, seconds(5)));
    const turned = scaled(music, -1);
    const offset = music.map((one) => one + 0.02);
    const cut = scaled(music, 6).map((one) => Math.max(-1, Math.min(1, one)));
    test.each<[string, Float32Array[], string]>([
      ['what is cut off', [cut, cut], 'clipping'],
      ['an offset', [offset, offset], 'dc_offset'],
      ['a side that is missing', [music, silence(music.length)], 'channel_silent'],
      ['a side that is quieter', [music, scaled(music, 0.5)], 'balance'],
      ['sides against each other', [music, turned], 'phase'],
      ['two channels that are one', [music, music], 'dual_mono'],
      ['a gap', [joinedTo(music, silence(seconds(2)), music)], 'silence'],
      ['silence', [silence(seconds(2))], 'silent'],
      ['less than 400 ms', [music.slice(0, 9600)], 'too_short'],
    ])('%s is found', async (_, channels, kind) => {
      expect(kindsOf(await analyzed(wavOf(channels)))).toContain(kind);
    });
    test('clean music has none but what it is', async () => {
      const other = sumOf(music, noise(0.02, music.length, 77));
      expect(kindsOf(await analyzed(wavOf([music, other])))).toEqual([]);
    });
    test('silence and what is too short have no figures, and JSON has no NaN', async () => {
      const nothing = await analyzed(wavOf([silence(seconds(2))]));
      expect(nothing.loudness).toMatchObject({ integrated: null, reason: 'silent' });
      expect(nothing.peaks).toMatchObject({ sample: null, true: null });
      const brief = await analyzed(wavOf([music.slice(0, 9600)]));
      expect(brief.loudness).toMatchObject({ integrated: null, reason: 'too_short' });
      expect(brief.peaks.sample).not.toBeNull();
      expect(JSON.stringify([nothing, brief])).not.toMatch(/NaN|Infinity/);
    });
    test('24 bits in 32 are read as they are, and a float over full scale is named', async () => {
      const padded = await analyzed(wavOf([music, music], { padded: true }));
      const plain = await analyzed(wavOf([music, music]));
      expect(padded.loudness.integrated).toBeCloseTo(plain.loudness.integrated!, 2);
      const loud = await analyzed(wavOf([scaled(music, 8)], { float: true }));
      expect(kindsOf(loud)).toContain('over_full_scale');
    });
    test('a file that is cut off says how much is missing', async () => {
      const whole = wavOf([music]);
      const report = await analyzed(whole.subarray(0, whole.length / 2));
      expect(report.issues).toContainEqual(expect.objectContaining({ kind: 'truncated' }));
      expect(report.source.seconds).toBeCloseTo(2.5, 1);
    });
  });

  test('a mix at unity is the exact sum, and a balanced one has the faders of its project', async () => {
    const stems = [sine(110, 0.3, seconds(2)), sine(440, 0.05, seconds(3)), noise(0.2, seconds(1))];
    const names = ['bass.wav', 'voice.wav', 'gtr.wav'];
    for (const [nth, stem] of stems.entries())
      await bench.put(names[nth]!, wavOf([stem], { float: true }));
    const inputs = names.map((audio_path) => ({ audio_path }));
    const exact = await bench.run(mixRequest({ stems: inputs, unity: true }));
    const sum = sumOf(...stems);
    const out = decoded(await exact.artifact('mix.wav'));
    expect(out).toHaveLength(2 * sum.length);
    const worst = sum.reduce((most, one, at) => Math.max(most, Math.abs(out[2 * at]! - one)), 0);
    expect(worst).toBeLessThan(1e-6);

    const mix = await bench.run(mixRequest({ stems: inputs, bus: false }));
    const notes = JSON.parse((await mix.artifact('mix.json')).toString()) as {
      faders: { gain_db: number; pan: number; high_pass_hz: number | null }[];
      master_gain_db: number;
    };
    const project = parseReaper((await mix.artifact('project/song.RPP')).toString()).blocks[0]!;
    const tracks = blocksOf(project, 'TRACK');
    const master = Number(lineOf(project, 'MASTER_VOLUME')![1]);
    // the sum of the project's items, by its own faders and its law of pans, is the mix
    const played = decoded(await mix.artifact('mix.wav'));
    const items = await Promise.all(
      tracks.map(async (track) => {
        const [, gain, pan] = lineOf(track, 'VOLPAN')!.map(Number);
        const file = lineOf(blocksOf(track, 'SOURCE')[0]!, 'FILE')![1]!;
        const dry = decoded(await mix.artifact(`project/${file}`));
        const [effect] = blocksOf(track, 'JS');
        const samples = effect === undefined ? dry : highPassed(dry, Number(effect.lines[0]![0]));
        return scaled(samples, gain! * Math.cos(((pan! + 1) * Math.PI) / 4) * master);
      }),
    );
    const left = sumOf(...items);
    const miss = left.reduce((most, one, at) => Math.max(most, Math.abs(played[2 * at]! - one)), 0);
    expect(miss).toBeLessThan(1e-5);
    expect(notes.faders.map(({ pan }) => pan)).toEqual([0, 0, -0.3]);
    expect(notes.faders.map(({ high_pass_hz }) => high_pass_hz)).toEqual([null, 100, 80]);
    expect(mix.artifacts).toContain('project/Effects/VX11/high_pass.jsfx');

    const target = { lufs: -14, ceiling_dbtp: -1 };
    const bus = await bench.run(mixRequest({ stems: inputs, master: target }));
    const pressed = decoded(await bus.artifact('mix.wav'));
    expect(pressed).toHaveLength(played.length);
    const highest = pressed.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    expect(20 * Math.log10(highest)).toBeLessThanOrEqual(-5.99);
    const { master: proved } = JSON.parse((await bus.artifact('mix.json')).toString()) as {
      master: AudioReport['master'];
    };
    expect(proved!.true_peak).toBeLessThanOrEqual(-1);
    expect(bus.artifacts).toContain('master.wav');
    const text = (await bus.artifact('project/song.RPP')).toString();
    const onMaster = blocksOf(blocksOf(parseReaper(text), 'MASTERFXLIST')[0]!, 'JS');
    expect(onMaster[0]!.words[1]).toBe('VX11/compressor.jsfx');
    expect(tracks).toHaveLength(3);
    for (const job of [exact, mix, bus]) await readAsReaper(job);
  });

  test('tracks of several rates begin together, at the highest of their rates, and end with the longest', async () => {
    const click = (rate: number, length: number): Float32Array => {
      const signal = sine(200, 0.2, length * rate, { rate });
      return joinedTo(silence(rate / 2), signal);
    };
    await bench.put('low.wav', wavOf([click(44_100, 2)], { rate: 44_100, float: true }));
    await bench.put('high.wav', wavOf([click(96_000, 1)], { rate: 96_000, float: true }));
    const stems = [{ audio_path: 'low.wav' }, { audio_path: 'high.wav' }];
    const job = await bench.run(mixRequest({ stems, unity: true }));
    const mix = await job.artifact('mix.wav');
    expect(headerOf(mix).header).toMatchObject({ rate: 96_000, channels: 2 });
    const out = decoded(mix);
    expect(out.length / 2 / 96_000).toBeCloseTo(2.5, 3);
    const both = sumOf(click(96_000, 2), click(96_000, 1));
    let worst = 0;
    for (let at = 0; at < both.length; at += 1) {
      // where a track begins or ends, resampling rings
      const second = at / 96_000;
      if ([0.5, 1.5, 2.5].some((edge) => Math.abs(second - edge) < 0.05)) continue;
      worst = Math.max(worst, Math.abs(out[2 * at]! - both[at]!));
    }
    expect(worst).toBeLessThan(1e-4);
  });

  test('two files are compared at one loudness, and none is turned up', async () => {
    const one = noise(0.3, seconds(4));
    await bench.put('one.wav', wavOf([one, one]));
    await bench.put('two.wav', wavOf([scaled(one, 0.5), scaled(one, 0.5)]));
    const job = await bench.run(compareRequest({ a: 'one.wav', b: 'two.wav' }));
    const match = JSON.parse((await job.artifact('compare.json')).toString()) as Record<
      string,
      number
    >;
    expect(match).toMatchObject({ b_gain_db: 0 });
    expect(match['louder_lu']).toBeCloseTo(6.02, 1);
    expect(match['a_gain_db']).toBeCloseTo(-6.02, 1);
    const [a, b] = [decoded(await job.artifact('a.wav')), decoded(await job.artifact('b.wav'))];
    const worst = a.reduce((most, x, at) => Math.max(most, Math.abs(x - b[at]!)), 0);
    expect(worst).toBeLessThan(1e-3);
  });
});

/** The high-pass of second order that a project names, by the formulas of its own text. */
function highPassed(signal: Float32Array, hz: number): Float32Array {
  const w = (2 * Math.PI * hz) / 48_000;
  const [c, alpha] = [Math.cos(w), Math.sin(w) / (2 * 0.707)];
  const a0 = 1 + alpha;
  const [b0, a1, a2] = [(1 + c) / 2 / a0, (-2 * c) / a0, (1 - alpha) / a0];
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return signal.map((x) => {
    const y = b0 * x - 2 * b0 * x1 + b0 * x2 - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    return y;
  });
}

/** Reads all that a job left for REAPER: every line has its form, and every file and every effect of ours lies beside it. */
async function readAsReaper(job: JobOutcome): Promise<void> {
  const text = (await job.artifact('project/song.RPP')).toString();
  expect(problemsOf(text)).toEqual([]);
  const project = parseReaper(text);
  const files = blocksOf(project, 'SOURCE').map((one) => lineOf(one, 'FILE')![1]!);
  const own = blocksOf(project, 'JS').map(({ words }) => words[1]!);
  const beside = own.filter((path) => path.startsWith('VX11/')).map((path) => `Effects/${path}`);
  for (const path of [...files, ...beside]) expect(job.artifacts).toContain(`project/${path}`);
  const chain = 'project/chain.RfxChain';
  if (job.artifacts.includes(chain))
    expect(problemsOf((await job.artifact(chain)).toString())).toEqual([]);
}
