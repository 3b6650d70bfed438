import { describe, expect, test } from 'vitest';
import { guidsOf } from '../../../activities/audio/phases/project-files.ts';
import { audioPresets } from '../../../domain/audio/presets.ts';
import { notInProject, ownEffects } from '../../../domain/audio/reaper/effects.ts';
import { chainText, projectText, type Project } from '../../../domain/audio/reaper/project.ts';
import { word } from '../../../domain/audio/reaper/text.ts';
import { blocksOf, lineOf, parseReaper } from './reaper-parser.ts';
import { problemsOf } from './reaper-rules.ts';

const guid = guidsOf('audio-0123456789abcdef');
const project: Project = {
  rate: 44_100,
  bpm: 97.5,
  tracks: ['lead "vox"', 'it’s', 'plain'].map((name, nth) => ({
    name,
    file: `media/${nth + 1}.wav`,
    seconds: 12.5,
    gain_db: -6 * nth,
    pan: 0.25 * nth,
    mute: nth === 2,
    flip: nth === 1,
    chain:
      nth === 0
        ? [{ effect: 'high_pass', settings: { hz: 100, order: 2 }, because: 'it is a voice' }]
        : [],
    source: 'WAVE' as const,
  })),
  master_gain_db: -3,
  chain: [
    { effect: 'gain', settings: { gain_db: 4.2 }, because: 'it is quiet' },
    {
      effect: 'limiter',
      settings: { limit_db: -1.3, attack_ms: 5, release_ms: 100, oversampling: 4 },
      because: 'its peak would pass',
    },
  ],
  issues: [
    {
      kind: 'clipping',
      ranges: [
        [1.5, 1.51],
        [3, 6],
      ],
    },
  ],
};
const text = projectText(project, guid);
const read = parseReaper(text).blocks[0]!;

test('the project has a track for each file, with its fader, its place and its mute', () => {
  expect(read.words).toEqual(['REAPER_PROJECT', '0.1', '7.0/linux-x86_64', '0']);
  const tracks = blocksOf(read, 'TRACK').map((track) => ({
    name: lineOf(track, 'NAME')![1],
    gain: 20 * Math.log10(Number(lineOf(track, 'VOLPAN')![1])),
    pan: Number(lineOf(track, 'VOLPAN')![2]),
    mute: lineOf(track, 'MUTESOLO')![1],
    file: lineOf(blocksOf(track, 'SOURCE')[0]!, 'FILE')![1],
  }));
  expect(
    tracks.map(({ gain, ...track }) => ({ ...track, gain: Math.round(gain * 1e6) / 1e6 })),
  ).toEqual([
    { name: 'lead "vox"', gain: 0, pan: 0, mute: '0', file: 'media/1.wav' },
    { name: 'it’s', gain: -6, pan: 0.25, mute: '0', file: 'media/2.wav' },
    { name: 'plain', gain: -12, pan: 0.5, mute: '1', file: 'media/3.wav' },
  ]);
  expect(20 * Math.log10(Number(lineOf(read, 'MASTER_VOLUME')![1]))).toBeCloseTo(-3, 9);
  expect(lineOf(read, 'TEMPO')).toEqual(['TEMPO', '97.5', '4', '4']);
});

test('its effects come with REAPER, have 64 values, and the limiter is 1 dB lower', () => {
  const effects = blocksOf(blocksOf(read, 'MASTERFXLIST')[0]!, 'JS');
  expect(effects.map(({ words }) => words[1])).toEqual(['utility/volume', 'loser/MGA_JSLimiterST']);
  for (const { lines } of effects) expect(lines[0]).toHaveLength(64);
  expect(effects[1]!.lines[0]!.slice(0, 4)).toEqual(['-2.3', '100', '100', '-2.3']);
  expect(blocksOf(read, 'VST')).toEqual([]);
});

test('every effect of a preset is in its project, or named as one that is not', () => {
  const lacking = audioPresets.map(({ name, effects }) => [
    name,
    notInProject(effects.map((one) => ({ ...one, because: 'the preset always does it' }))),
  ]);
  expect(lacking.filter(([, names]) => names!.length > 0)).toEqual([['clean_voice', ['de_esser']]]);
  const repaired = [{ effect: 'declip', settings: {}, because: 'it was cut' }, ...project.chain];
  expect(notInProject(repaired)).toEqual(['declip']);
  const whole = projectText({ ...project, chain: repaired }, guid);
  expect(whole).toContain('|declip (not in this project): it was cut');
  expect(whole).toContain('|gain: it is quiet');
  expect(problemsOf(whole)).toEqual([]);
});

test('the numbers of an equaliser are in the text', () => {
  const bright = audioPresets.find(({ name }) => name === 'bright')!;
  const chain = bright.effects.map((one) => ({ ...one, because: 'the preset always does it' }));
  const effects = blocksOf(parseReaper(projectText({ ...project, chain }, guid)).blocks[0]!, 'JS');
  const eq = effects.find(({ words }) => words[1] === 'VX11/eq.jsfx')!;
  expect(eq.lines[0]!.slice(0, 6)).toEqual(['0', '0', '3', '200', '3000', '-']);
  expect(ownEffects(chain)).toEqual(['high_pass', 'eq']);
});

test('a track has its own effects, and its polarity', () => {
  const tracks = blocksOf(read, 'TRACK');
  expect(tracks.map((track) => lineOf(track, 'IPHASE')![1])).toEqual(['0', '1', '0']);
  const [own] = blocksOf(tracks[0]!, 'JS');
  expect(own!.words[1]).toBe('VX11/high_pass.jsfx');
  expect(own!.lines[0]!.slice(0, 2)).toEqual(['100', '-']);
  expect(tracks.slice(1).flatMap((track) => blocksOf(track, 'JS'))).toEqual([]);
  expect(blocksOf(read, 'NOTES')[0]!.lines).toContainEqual([
    '|high_pass:',
    'it',
    'is',
    'a',
    'voice',
  ]);
});

test('issues are markers where they are heard, and regions where they last', () => {
  const markers = read.lines.filter(([tag]) => tag === 'MARKER');
  expect(markers).toEqual([
    ['MARKER', '1', '1.5', 'clipping', '0'],
    ['MARKER', '2', '3', 'clipping', '1'],
    ['MARKER', '2', '6', '', '1'],
  ]);
});

test('every line of a project and of a chain has the form that REAPER reads', () => {
  expect(problemsOf(text)).toEqual([]);
  expect(problemsOf(chainText(project.chain, guid))).toEqual([]);
  const bare = { ...project, tracks: [], chain: [], issues: [], bpm: null };
  expect(problemsOf(projectText(bare, guid))).toEqual([]);
});

test.each([
  ['a line that is missing', (one: string) => one.replace(/^ *NCHAN 2\n/m, '')],
  ['a line that nobody knows', (one: string) => one.replace('NCHAN 2', 'NCHANNELS 2')],
  ['a pan that is none', (one: string) => one.replace(/(VOLPAN \S+) 0.25/, '$1 1.25')],
  ['a fader with an exponent', (one: string) => one.replace(/VOLPAN 1 0 /, 'VOLPAN 1e0 0 ')],
  ['a file elsewhere', (one: string) => one.replace('media/1.wav', '/tmp/1.wav')],
  ['a plug-in', (one: string) => one.replaceAll('<JS utility/volume', '<VST utility/volume')],
  ['63 values', (one: string) => one.replace(/ -$/m, '')],
  ['an effect without its id', (one: string) => one.replace(/^ *FXID .*\n/m, '')],
  ['a GUID of another form', (one: string) => one.replace(/IGUID \{./, 'IGUID {x')],
  ['another indent', (one: string) => one.replace('  TEMPO', '   TEMPO')],
])('%s would be found', (_, change) => {
  expect(change(text)).not.toBe(text);
  expect(problemsOf(change(text))).not.toEqual([]);
});

test('a chain is the same effects without what is around them', () => {
  const chain = parseReaper(chainText(project.chain, guid));
  expect(chain.blocks.map(({ words }) => words[0])).toEqual(['JS', 'JS']);
  expect(chain.lines.filter(([tag]) => tag === 'BYPASS')).toHaveLength(2);
});

test('the same project has the same text', () => expect(projectText(project, guid)).toBe(text));

describe('a word', () => {
  test.each([
    ['plain', 'plain'],
    ['', '""'],
    ['two words', '"two words"'],
    ['say "no"', `'say "no"'`],
    [`"it's"`, '`"it\'s"`'],
    ['"a" \'b\' `c`', "`\"a\" 'b' 'c'`"],
    ['two\nlines', '"two lines"'],
    [1e-9, '0.000000001'],
  ])('%j is written %s', (value, written) => expect(word(value)).toBe(written));
});
