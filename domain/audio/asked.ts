import type { AudioRequest } from '../../contracts/audio.ts';
import { audioPresets } from './presets.ts';
import { analyzeRequest, compareRequest, masterRequest, mixRequest } from './request.ts';

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
  },
  es: {
    none: 'todavía no hay ninguno: vx11 audio put ARCHIVO',
    which: (known: string) => `¿Qué archivo? Di su nombre; hay: ${known}.`,
    whichTracks: (known: string) => `¿Qué archivos? Di el nombre de cada pista; hay: ${known}.`,
    whichTwo: '¿Qué dos archivos? Di los dos nombres.',
    oneOf: (names: string) => `¿Cuál de ${names}? De uno en uno.`,
  },
} as const;

const verbs: [AudioRequest['kind'], RegExp][] = [
  ['compare', /\b(compare|compara(r)?)\b/],
  ['analyze', /\b(analy[sz]e|analiza(r)?|measure|mide|medir|check|revisa)\b/],
  ['master', /\b(master(ing)?|masteriza(r)?|masteriz\w+)\b/],
  ['mix', /\b(mix|mezcla(r)?)\b/],
];
const plain = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/**
 * Reads a request for audio. Files are those whose names are in the text; nothing is guessed where several are possible.
 * @param files the names of all files that were uploaded
 */
export function askedAudio(
  text: string,
  files: readonly string[],
  language: 'en' | 'es' = 'en',
): AskedAudio {
  let rest = text.normalize('NFC');
  const found: { name: string; at: number }[] = [];
  for (const name of files.toSorted((one, other) => other.length - one.length)) {
    const at = rest.toLowerCase().indexOf(name.toLowerCase());
    if (at < 0) continue;
    found.push({ name, at });
    // as long as it was, so that the places of the others stay
    rest = rest.slice(0, at) + ' '.repeat(name.length) + rest.slice(at + name.length);
  }
  const names = found.toSorted((one, other) => one.at - other.at).map(({ name }) => name);
  const words = plain(rest);
  const kind = verbs.find(([, verb]) => verb.test(words))?.[0] ?? 'mix';
  const ask = questions[language];
  if (names.length === 0) {
    const known = files.length === 0 ? ask.none : files.slice(0, shownNames).join(', ');
    const isMany = kind === 'mix' || /\b(\d+|these|estas|estos|tracks|stems|pistas)\b/.test(words);
    return { ok: false, question: isMany ? ask.whichTracks(known) : ask.which(known) };
  }
  const [first, second] = names;
  if (kind === 'mix')
    return {
      ok: true,
      request: mixRequest({ stems: names.map((audio_path) => ({ audio_path })) }),
    };
  if (kind === 'compare')
    return second === undefined || names.length > 2
      ? { ok: false, question: ask.whichTwo }
      : { ok: true, request: compareRequest({ a: first!, b: second }) };
  if (second !== undefined) return { ok: false, question: ask.oneOf(names.join(', ')) };
  if (kind === 'analyze') return { ok: true, request: analyzeRequest({ audio_path: first! }) };
  const preset = audioPresets.find(({ name }) => words.includes(name.replaceAll('_', ' ')))?.name;
  const request = masterRequest({ audio_path: first!, ...(preset !== undefined && { preset }) });
  return { ok: true, request: request! };
}
