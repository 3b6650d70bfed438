import type { TextWord } from '../parse-host.ts';
import * as known from '../text/lexicon.ts';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Verbs that check what they name. */
const looking = set(
  'check recheck verify test revisa revisar revise revises comprueba comprobar compruebe compruebes verifica verificar ' +
    'verifique prueba probar pruebe pruebes chequea chequear chequee',
);
/** Verbs that need the word "checks" after them. */
const running = set(
  'run rerun execute start launch do repeat ejecuta ejecutar ejecute ejecutes corre correr corra lanza lanzar lance pasa pasar ' +
    'pase haz hacer repite repetir repita',
);
const nouns = set(
  'check checks test tests suite suites comprobacion comprobaciones chequeo chequeos prueba pruebas',
);
const joints = set('and y e plus against contra');

/** What a word of a sentence may name. */
interface Names<Word> {
  /** A suite, or a service that declares checks. */
  checkedOf(word: Word): string | null;
  serviceOf(word: Word): string | null;
  isHost(word: Word): boolean;
}

/**
 * The suites and services whose checks a sentence asks to run, none for all of them; null if it asks for something else.
 * Every word has to be understood: "check web" runs the checks that web declares, "check if web is up" only looks.
 */
export function askedChecks<Word extends TextWord>(
  words: readonly Word[],
  { checkedOf, serviceOf, isHost }: Names<Word>,
): string[] | null {
  const first = words.findIndex(({ plain }) => !known.politeness.has(plain));
  const verb = words[first]?.plain ?? '';
  if (!looking.has(verb) && !running.has(verb)) return null;
  const rest = words.slice(first + 1);
  // "check on web" asks how it is; "check on nas orders" names a host
  if (/^(on|in|up)$/.test(rest[0]?.plain ?? '') && !(rest[1] !== undefined && isHost(rest[1])))
    return null;
  const saysChecks = rest.some((word) => nouns.has(word.plain) && checkedOf(word) === null);
  if (!saysChecks && !looking.has(verb)) return null;
  const named: string[] = [];
  for (const word of rest) {
    if (isHost(word)) continue;
    const name = checkedOf(word) ?? (saysChecks ? serviceOf(word) : null);
    if (name !== null) named.push(name);
    else if (!addsNothing(word.plain)) return null;
  }
  return saysChecks || named.length > 0 ? [...new Set(named)] : null;
}

const addsNothing = (plain: string): boolean =>
  [
    nouns,
    joints,
    known.fillers,
    known.articles,
    known.everything,
    known.aboutWindows,
    known.hostNouns,
  ].some((words) => words.has(plain));
