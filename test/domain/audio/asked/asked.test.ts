import { describe, expect, test } from 'vitest';
import { askedAudio } from '../../../../domain/audio/asked/asked.ts';

const files = ['song.wav', 'my song.wav', 'drums.wav', 'Voz Principal.wav', 'canción.flac'];

test.each([
  ['master song.wav for streaming', 'master', ['song.wav'], 'streaming'],
  ['masteriza canción.flac para vinyl', 'master', ['canción.flac'], 'vinyl'],
  ['master my song.wav', 'master', ['my song.wav'], 'streaming'],
  ['analyze drums.wav please', 'analyze', ['drums.wav'], null],
  ['mezcla drums.wav y Voz Principal.wav', 'mix', ['drums.wav', 'Voz Principal.wav'], null],
  ['mix drums.wav,song.wav', 'mix', ['drums.wav', 'song.wav'], null],
  ['mix drums.wav+song.wav, please', 'mix', ['drums.wav', 'song.wav'], null],
  ['master "my song.wav" for "streaming"', 'master', ['my song.wav'], 'streaming'],
  ['«song.wav»: masteriza', 'master', ['song.wav'], 'streaming'],
  ["analyze song.wav's loudness", 'analyze', ['song.wav'], null],
  ['master song.wav because "the album is late"', 'master', ['song.wav'], 'streaming'],
  ['mastering song.wav for cd', 'master', ['song.wav'], 'cd'],
  ['mastering song.wav', 'master', ['song.wav'], 'streaming'],
  ['master song.wav, a popular one', 'master', ['song.wav'], 'streaming'],
  ['"master song.wav"', 'master', ['song.wav'], 'streaming'],
  ['convert nothing, only analyze song.wav to .wav', 'analyze', ['song.wav'], null],
  ['compare song.wav with drums.wav', 'compare', ['song.wav', 'drums.wav'], null],
])('%s', (text, kind, names, preset) => {
  const asked = askedAudio(text, files);
  expect(asked).toMatchObject({ ok: true, request: { kind, preset } });
  const { inputs } = (asked as Extract<typeof asked, { ok: true }>).request;
  expect(inputs.map(({ audio_path }) => audio_path)).toEqual(names);
});

test.each([
  ['mezcla estas pistas', 'Which files?'],
  ['mix these 3 stems', 'Name each track'],
  ['master these tracks', 'Which files?'],
  ['master it', 'Which file?'],
  ['compare song.wav', 'Which two files?'],
  ['master song.wav and drums.wav', 'One at a time'],
  ['mix drums.wav', 'Name each track'],
  ['master song.wav for cd and streaming', 'Which one of streaming, cd?'],
])('%s is a question, not a guess', (text, question) =>
  expect(askedAudio(text, files)).toMatchObject({
    ok: false,
    question: expect.stringContaining(question) as string,
  }),
);

test('a question is in the language of the sentence', () => {
  expect(askedAudio('mezcla estas pistas', files, 'es')).toMatchObject({
    ok: false,
    question: expect.stringContaining(
      '¿Qué archivos? Di el nombre de cada pista; hay: song.wav',
    ) as string,
  });
});

describe('a name that no uploaded file has is asked about', () => {
  const short = [
    'a.wav',
    'drums.wav',
    'bass.wav',
    'Voz Principal.wav',
    'batería.wav',
    'drums',
    '2',
  ];
  test.each([
    ['one that another name ends like', 'master drama.wav', ['drama.wav']],
    ['one that another name begins like', 'master a.wav.bak', ['a.wav.bak']],
    ['one in a folder', 'master album/a.wav', ['album/a.wav']],
    ['one of several', 'mix drums.wav, bass.wav, vox.wav', ['vox.wav']],
    ['several', 'mix drums.wav, vox.wav y keys.flac', ['vox.wav, keys.flac']],
    ['one without a space before it', 'mix drums.wav,vox.wav,bass.wav', ['vox.wav']],
    ['one with a comma', 'master x,a.wav', ['x,a.wav']],
    ['one between quotation marks', 'master "my a.wav"', ['my a.wav']],
    ['one between single ones', "master 'my a.wav'", ['my a.wav']],
    ['one of quoted ones', 'mix "drums.wav", "bass.wav" and "vox"', ['vox']],
    ['one in another case', 'master A.WAV', ['A.WAV', 'Is a.wav meant?']],
    ['one with spaces in another case', 'master voz principal.wav', ['Voz Principal.wav']],
    ['one without its accents', 'master bateria.wav', ['Is batería.wav meant?']],
    ['one without its ending', 'mix "bass", drums.wav and a.wav', ['Is bass.wav meant?']],
  ])('%s', (_, text, parts) => {
    const asked = askedAudio(text, short);
    expect(asked).toMatchObject({ ok: false });
    for (const part of parts) expect((asked as { question: string }).question).toContain(part);
  });
  test('in the language of the sentence, with those that there are', () => {
    const { question } = askedAudio('masteriza drama.wav', ['a.wav'], 'es') as { question: string };
    expect(question).toBe('Ningún archivo subido se llama drama.wav. Hay: a.wav.');
    const none = askedAudio('master drama.wav', []) as { question: string };
    expect(none.question).toContain('drama.wav');
    expect(none.question).toContain('vx11 audio put');
  });
  test('a name that could be any word counts between quotation marks', () => {
    expect(askedAudio('master it with more drums', short)).toMatchObject({ ok: false });
    expect(askedAudio('master "drums"', short)).toMatchObject({
      request: { inputs: [{ audio_path: 'drums' }] },
    });
  });
});
