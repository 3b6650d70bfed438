import type { Language } from '../../../contracts/intent.ts';

/** Splits a list of words. All words are without accents, and each is compared with a whole word. */
const list = (words: string): string[] => words.split(' ');

const languageWords: Record<Language, Set<string>> = { en: new Set(), es: new Set() };
/** Words of both languages that also identify the language of a text. */
function bilingual(en: string, es: string): string[] {
  const words = { en: list(en), es: list(es) };
  for (const word of words.en) languageWords.en.add(word);
  for (const word of words.es) languageWords.es.add(word);
  return [...words.en, ...words.es];
}

/** Adds a word to those that identify a language. */
export const addLanguageWord = (language: Language, word: string): unknown =>
  languageWords[language].add(word);

/** Destructive verbs. They count even if a service has that name, so that a name cannot lower a risk. */
export const destructive = new Set(
  bilingual(
    'delete remove drop destroy kill terminate reset wipe truncate erase nuke purge rm rmdir prune format shred trash ' +
      'discard uninstall obliterate annihilate demolish scrub zap unlink dropdb mkfs ' +
      'deletes removes drops destroys kills terminates resets wipes truncates erases nukes purges prunes formats ' +
      'deleting removing dropping destroying killing terminating resetting wiping truncating erasing nuking purging ' +
      'pruning formatting shredding trashing discarding uninstalling',
    'borra borrar borre borres borrame elimina eliminar elimine elimines destruye destruir destruya destruyas mata matar ' +
      'mate mates termina terminar resetea resetear vacia vaciar vacie vacies trunca truncar suprime suprimir formatea ' +
      'formatear formatee formatees purga purgar purgue purgues aniquila aniquilar deshazte deshacerte deshacerse ' +
      'desinstala desinstalar arrasa arrasar borralo borrala borralos borralas borrarlo eliminalo eliminala eliminarlo ' +
      'destruyelo matalo vacialo formatealo',
  ),
);
/** Destructive phrases by first and last word; other words may stand between them. */
export const destructivePhrases: readonly (readonly [string, string])[] = [
  ['get', 'rid'],
  ['getting', 'rid'],
  ['throw', 'away'],
  ['blow', 'away'],
  ['clear', 'out'],
  ['clean', 'out'],
  ['empty', 'out'],
  ['take', 'apart'],
  ['tira', 'basura'],
  ['tirar', 'basura'],
  ['tirame', 'basura'],
  ['echa', 'basura'],
  ['manda', 'basura'],
];

export const audio = new Set([
  ...bilingual(
    'mixing compress compressor limiter normalize',
    'mezcla mezclar masteriza masterizar compresor limitador normaliza normalizar',
  ),
  ...list('mix master mastering audio reaper daw stem stems eq shub'),
]);

export const everything = new Set(bilingual('all everything', 'todo todos todas'));

/** Words that may stand between a verb and "all". */
export const beforeAll = new Set([...bilingual('them the', 'las los'), 'down', 'off']);

/** A text that begins with one of these is a question, not an order. */
export const questions = new Set(
  bilingual(
    'is isn am are aren was were does did has have which who whose where when why should shall may might must',
    'esta estan hay quien quienes cuando donde es sera debo deberia puedo podemos conviene sigue siguen queda',
  ),
);
/** A text that begins with one of these is a question, unless "you" follows. */
export const modals = new Set(list('can could will would'));

/** Copulas: what follows describes a state and is no order: "web is open". */
export const copulas = new Set(
  bilingual(
    'is isn are aren was were be been being got',
    'esta estan estaba es son fue sera sido estar',
  ),
);
/** Polite words before a verb; they do not change its meaning. */
export const politeness = new Set([
  ...bilingual(
    'please pls plz can could will would you and then kindly mind',
    'por favor porfa porfavor puedes podrias puede podria podeis y me te importaria importa',
  ),
  ...list('hey madre vx11'),
]);
/** A question with one of these is a request. */
export const pleas = new Set(bilingual('please pls plz kindly', 'favor porfa porfavor'));

/** Filler words around a verb; they do not change its meaning. */
export const fillers = new Set([
  ...politeness,
  ...bilingual(
    'i we want need to like let us just now ok okay yes also so ahead time hello hi thanks thank again immediately ' +
      'my our me it them this that these those there here really quickly quick asap right away straight back up fine ' +
      'sure great everyone guys friend mate buddy total long well simply both must should have possible some more next coming lot will',
    'quiero queremos quisiera queria querria gustaria encantaria proximos proximas necesito necesitamos que ahora ya vale bueno hola haz hagas gracias otra vez nuevo luego ' +
      'despues oye anda venga mismo enseguida rapido rapidamente cuanto antes nos lo la los las le les se su sus este ' +
      'ese esa buenas vuelve volver a mas tiempo claro perfecto amigo muchas al menos momento en',
  ),
  ...list('si id'),
]);
/** The endings of "I'll", "let's" and "I'd"; after an apostrophe they are filler words. */
export const clipped = new Set(list('s ll d m re ve'));
/** The words that such endings follow. */
export const beforeClip = new Set(list('i we you it they that there let what he she who'));
/** Words around the name of a service or a window. */
export const aboutWindows = new Set(
  bilingual(
    'window windows of on for at in my our both services by during to down off',
    'ventana ventanas de del en sobre mi mis ambos ambas servicios durante por para a',
  ),
);

/** Negations of the verb after or next to them. */
export const negations = new Set([
  ...bilingual(
    'not never neither nor cannot nobody no none',
    'no nunca jamas ni tampoco nadie nada',
  ),
  // "don't" without its apostrophe
  ...list(
    'dont doesnt didnt isnt arent wasnt werent wont wouldnt shouldnt couldnt cant mustnt neednt havent hasnt hadnt',
  ),
  ...list('aint shant dunno'),
]);
/** The part of a negation before its "'t". */
export const cutNegations = new Set(
  list(
    'don doesn didn isn aren wasn weren won wouldn shouldn couldn can mustn needn haven hasn hadn ain shan',
  ),
);
/** Words that exclude something, add a condition or postpone the order, anywhere in a sentence. */
export const negators = new Set(
  bilingual(
    'without except excluding but unless if when once until till while before later tomorrow tonight instead rather ' +
      'avoid avoiding cancel cancels ignore ignoring forget refrain skip abort assuming assume provided providing ' +
      'suppose supposing whether whenever case soon noon midnight yesterday monday tuesday wednesday thursday friday ' +
      'saturday sunday weekend unlike morrow',
    'sin excepto salvo menos pero cuando hasta mientras manana antes evita evitar evite evites cancela cancelar ignora ' +
      'ignorar olvida olvidar suponiendo supuesto caso siempre tras apenas ayer lunes martes miercoles jueves viernes ' +
      'sabado domingo medianoche mediodia',
  ),
);
/** Words that report what another person said. */
export const reporting = new Set(
  bilingual(
    'said says say saying told tells asked asks wrote writes written quote quoted quoting quotes claimed ' +
      'claims mentioned suggested suggests according allegedly example eg wants wanted ordered demanded requested',
    'dijo dice dicen dijeron digo diciendo decia pidio piden escribio escribe conto segun cita ejemplo sugirio ' +
      'comento ordeno',
  ),
);
/** Words between alternatives. */
export const alternatives = new Set(bilingual('or either', 'o u'));
/** Word pairs around a name that ask to leave the service as it is. */
export const leftAlone: readonly (readonly [string, string])[] = [
  ['leave', 'alone'],
  ['leave', 'be'],
  ['let', 'be'],
  ['leave', 'is'],
  ['leave', 'asleep'],
  ['leave', 'closed'],
  ['leave', 'off'],
  ['leave', 'down'],
  ['keep', 'off'],
  ['keep', 'down'],
  ['keep', 'closed'],
  ['keep', 'asleep'],
  ['hands', 'off'],
  ['hold', 'off'],
  ['deja', 'paz'],
  ['deja', 'tranquilo'],
  ['deja', 'tranquila'],
  ['deja', 'como'],
  ['deja', 'apagado'],
  ['deja', 'cerrado'],
  ['dejar', 'paz'],
];
/** Vague durations: "a bit", "un rato". */
export const vagueTimes = new Set(
  bilingual(
    'bit little while moment few several jiffy tick sec spell',
    'rato ratito ratico poco unos unas varios momentito',
  ),
);
/** Words before a duration. */
export const beforeTime = new Set(bilingual('for by during another', 'durante por otros otras'));

/** Negators that are harmless after one of these words: "al menos", "cuanto antes". */
export const harmlessBehind = new Map([
  ['menos', new Set(['al', 'lo'])],
  ['antes', new Set(['cuanto'])],
  // "for a while" is a vague duration
  ['while', new Set(['a', 'little'])],
]);

/** Words before a name that do not change its meaning. */
export const articles = new Set(bilingual('the a an service', 'el la los las servicio'));
/** Words before a host; after a service, `on` and `en` are always followed by a host. */
export const places = new Set(bilingual('on at in', 'en'));
export const surePlaces = new Set(list('on en'));
/** Nouns that may stand between these words and the host. */
export const hostNouns = new Set(bilingual('host machine server', 'maquina equipo servidor'));

// words that only identify a language
bilingual('for because of to with until my', 'para porque de con hasta durante mi hola gracias');

const count = (values: number[], en: string, es: string): [string, number][] =>
  [list(en), list(es)].flatMap((words) =>
    words.map((word, nth): [string, number] => [word, values[nth]!]),
  );
const counts = [
  0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90,
  100,
];
const english =
  'zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen ' +
  'nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred';
const spanish =
  'cero dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho ' +
  'diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien';
bilingual(english, spanish);
const twenties =
  'veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve';

/** Number words, as written before a unit of time. */
export const numbers = new Map<string, number>([
  ...bilingual('a an one', 'un una uno').map((word): [string, number] => [word, 1]),
  ...count(counts, english, spanish),
  ...bilingual('', twenties).flatMap((word, nth): [string, number][] =>
    word === '' ? [] : [[word, 20 + nth]],
  ),
]);
/** Words that add to the present duration: "another 5 minutes", "5 more minutes", "5 minutos más". */
export const more = new Set(
  bilingual(
    'another more extra additional longer further',
    'otro otra otros otras mas adicional adicionales',
  ),
);
export const halves = new Set(bilingual('half', 'media medio'));

const unit = (seconds: number, short: string, en: string, es: string): [string, number][] =>
  [...list(short), ...bilingual(en, es)].map((word) => [word, seconds]);
/** The seconds in each unit. */
export const units = new Map<string, number>([
  ...unit(1, 's', 'sec secs second seconds', 'seg segs segundo segundos'),
  ...unit(60, 'm min', 'mins minute minutes', 'minuto minutos'),
  ...unit(3600, 'h hr', 'hrs hour hours', 'hora horas'),
  ...unit(86_400, 'd', 'day days', 'dia dias'),
  ...unit(604_800, 'w', 'week weeks', 'semana semanas'),
]);

/** Whether the word (lower case, no accents) is in the vocabulary, so it is not a name. */
export const means = (word: string): boolean =>
  languageWords.en.has(word) || languageWords.es.has(word);

/** The language to which most of these words (lower case, no accents) belong; English if it is undecided. */
export function languageOf(words: readonly string[]): Language {
  // a word of both languages, such as "a", counts for each
  const of = (language: Language): number =>
    words.filter((word) => languageWords[language].has(word)).length;
  return of('es') > of('en') ? 'es' : 'en';
}
