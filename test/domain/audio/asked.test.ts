import { expect, test } from 'vitest';
import { askedAudio } from '../../../domain/audio/asked.ts';

const files = ['song.wav', 'my song.wav', 'drums.wav', 'Voz Principal.wav', 'canción.flac'];

test.each([
  ['master song.wav for streaming', 'master', ['song.wav'], 'streaming'],
  ['masteriza canción.flac para vinyl', 'master', ['canción.flac'], 'vinyl'],
  ['master my song.wav', 'master', ['my song.wav'], 'streaming'],
  ['analyze drums.wav please', 'analyze', ['drums.wav'], null],
  ['mezcla drums.wav y voz principal.wav', 'mix', ['drums.wav', 'Voz Principal.wav'], null],
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
