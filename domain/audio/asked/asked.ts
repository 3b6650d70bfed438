import type { AudioRequest } from '../../../contracts/audio.ts';
import { isPlainWord, namedFiles, plainText, type UnknownName } from './named-files.ts';
import { audioPresets } from '../presets.ts';
import { analyzeRequest, compareRequest, masterRequest, mixRequest } from '../request.ts';

/** What a sentence asks for, or what has to be asked back. */
export type AskedAudio = { ok: true; request: AudioRequest } | { ok: false; question: string };

const shownNames = 10;

const questions = {
  en: {
    none: 'none is uploaded yet: vx11 audio put FILE',
    which: (known: string) => `Which file? Name it; there are: ${known}.`,
    whichTracks: (known: string) => `Which files? Name each track; there are: ${known}.`,
    whichTwo: 'Which two files? Name both.',
    oneOf: (names: string) => `Which one of ${names}? One at a time.`,
    unknown: (names: string) => `No uploaded file is named ${names}.`,
    maybe: (names: string) => `Is ${names} meant? Say it as it is written.`,
    known: (known: string) => `There are: ${known}.`,
  },
  es: {
    none: 'todavía no hay ninguno: vx11 audio put ARCHIVO',
    which: (known: string) => `¿Qué archivo? Di su nombre; hay: ${known}.`,
    whichTracks: (known: string) => `¿Qué archivos? Di el nombre de cada pista; hay: ${known}.`,
    whichTwo: '¿Qué dos archivos? Di los dos nombres.',
    oneOf: (names: string) => `¿Cuál de ${names}? De uno en uno.`,
    unknown: (names: string) => `Ningún archivo subido se llama ${names}.`,
    maybe: (names: string) => `¿Es ${names}? Dilo tal como está escrito.`,
    known: (known: string) => `Hay: ${known}.`,
  },
} as const;

const verbs: [AudioRequest['kind'], RegExp][] = [
  ['compare', /\b(compare|compara(r)?)\b/],
  ['analyze', /\b(analy[sz]e|analiza(r)?|measure|mide|medir|check|revisa)\b/],
  ['master', /\b(master(ing)?|masteriza(r)?|masteriz\w+)\b/],
  ['mix', /\b(mix|mezcla(r)?)\b/],
];
type Questions = (typeof questions)['en' | 'es'];

/**
 * Reads a request for audio. Files are those whose names are in the text; nothing is guessed where several are possible, and a
 * name that no file has is asked about.
 * @param files the names of all files that were uploaded
 */
export function askedAudio(
  text: string,
  files: readonly string[],
  language: 'en' | 'es' = 'en',
): AskedAudio {
  const { names, unknown, rest } = namedFiles(text, files);
  const words = plainText(rest);
  const [kind, verb] = verbs.find(([, form]) => form.test(words)) ?? (['mix', null] as const);
  const ask = questions[language];
  const known = files.length === 0 ? ask.none : listed(files);
  if (unknown.length > 0) return { ok: false, question: aboutUnknown(ask, unknown, known) };
  const [first, second] = names;
  if (first === undefined) {
    const isMany = kind === 'mix' || /\b(\d+|these|estas|estos|tracks|stems|pistas)\b/.test(words);
    return { ok: false, question: isMany ? ask.whichTracks(known) : ask.which(known) };
  }
  if (kind === 'mix')
    return second === undefined
      ? { ok: false, question: ask.whichTracks(known) }
      : {
          ok: true,
          request: mixRequest({ stems: names.map((audio_path) => ({ audio_path })) }),
        };
  if (kind === 'compare')
    return second === undefined || names.length > 2
      ? { ok: false, question: ask.whichTwo }
      : { ok: true, request: compareRequest({ a: first, b: second }) };
  if (second !== undefined) return { ok: false, question: ask.oneOf(names.join(', ')) };
  if (kind === 'analyze') return { ok: true, request: analyzeRequest({ audio_path: first }) };
  // the verb itself is also the name of a preset
  const presets = presetsIn(verb === null ? words : words.replace(verb, ' '));
  if (presets.length > 1) return { ok: false, question: ask.oneOf(presets.join(', ')) };
  const [preset] = presets;
  const request = masterRequest({ audio_path: first, ...(preset !== undefined && { preset }) });
  return { ok: true, request: request! };
}

function aboutUnknown(ask: Questions, unknown: readonly UnknownName[], known: string): string {
  const maybe = unknown.flatMap((one) => one.maybe ?? []);
  return [
    ask.unknown(listed(unknown.map((one) => one.text))),
    maybe.length === 0 ? ask.known(known) : ask.maybe(listed([...new Set(maybe)])),
  ].join(' ');
}

/** Names as they have to be said: those that are plain words count between quotation marks only. */
const listed = (names: readonly string[]): string =>
  names
    .slice(0, shownNames)
    .map((name) => (isPlainWord(name) ? `"${name}"` : name))
    .join(', ');

const presetsIn = (words: string): string[] =>
  audioPresets
    .map(({ name }) => name)
    .filter((name) => new RegExp(`\\b${name.replaceAll('_', '[ _]')}\\b`).test(words));
