import { describe, expect, test } from 'vitest';
import type { AudioStem } from '../../../contracts/audio.ts';
import { fadersOf, headroomGain, sidesOf } from '../../../domain/audio/mix/faders.ts';
import { roleOfName } from '../../../domain/audio/mix/roles.ts';

const stem = (audio_path: string, sounding: number | null, more: Partial<AudioStem> = {}) => ({
  stem: { audio_path, ...more },
  channels: 1,
  sounding,
});

test.each([
  ['01_Kick.wav', 'kick'],
  ['Bass DI.wav', 'bass'],
  ['drums/overheads L.wav', 'drums'],
  ['LeadVox.wav', 'harmony'],
  ['lead vox.wav', 'lead'],
  ['voz principal.wav', 'lead'],
  ['batería.wav', 'drums'],
  ['gtr.wav', 'harmony'],
])('%s is taken as %s', (name, role) => expect(roleOfName(name)).toBe(role));

describe('faders', () => {
  const stems = [
    stem('voice.wav', -20),
    stem('drums.wav', -15),
    stem('bass.wav', -25),
    stem('gtr 1.wav', -18),
    stem('gtr 2.wav', -30),
    stem('nothing.wav', null),
  ];
  const faders = fadersOf(stems, false);
  test('put each track where its role stands below the lead', () => {
    expect(faders.map(({ gain_db }) => gain_db)).toEqual([0, -6, 2, -7, 5, 0]);
  });
  test('put the middle in the middle and pairs apart', () => {
    expect(faders.map(({ pan }) => pan)).toEqual([0, 0, 0, -0.3, 0.3, -0.5]);
  });
  test('leave what is given as it is', () => {
    const given = fadersOf([stem('voice.wav', -20, { gain_db: -3, pan: 0.2, mute: true })], false);
    expect(given).toMatchObject([{ gain_db: -3, pan: 0.2, mute: true, because: 'given' }]);
  });
  test('are all at unity for an exact sum', () =>
    expect(fadersOf(stems, true).every(({ gain_db, pan }) => gain_db === 0 && pan === 0)).toBe(
      true,
    ));
});

test('the law of pans has the same power everywhere, and unity none', () => {
  const at = (pan: number) => ({
    audio_path: 'a',
    role: 'lead' as const,
    gain_db: 0,
    pan,
    mute: false,
    flip: false,
    high_pass_hz: null,
    because: '',
  });
  for (const pan of [-1, -0.3, 0, 0.7, 1]) {
    const [left, right] = sidesOf(at(pan), 1, false);
    expect(left ** 2 + right ** 2).toBeCloseTo(1, 9);
  }
  expect(sidesOf(at(0), 1, true)).toEqual([1, 1]);
  expect(sidesOf(at(-1), 2, false)).toEqual([1, 0]);
  expect(sidesOf({ ...at(0), mute: true }, 2, false)).toEqual([0, 0]);
  expect(sidesOf({ ...at(0), flip: true }, 1, true)).toEqual([-1, -1]);
});

test('a sum gets 6 dB of room, and is never turned up', () => {
  expect([headroomGain(2, false), headroomGain(-20, false), headroomGain(2, true)]).toEqual([
    -8, 0, 0,
  ]);
});
