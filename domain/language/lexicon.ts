import type { Language } from '../../contracts/intent.ts';

/** Words that mean something, in English and Spanish, without accents; each is compared with a whole word. */
const list = (words: string): string[] => words.split(' ');

const told: Record<Language, Set<string>> = { en: new Set(), es: new Set() };
/** Words of both languages, which tell the language of whoever says them. */
function said(en: string, es: string): string[] {
  const words = { en: list(en), es: list(es) };
  for (const word of words.en) told.en.add(word);
  for (const word of words.es) told.es.add(word);
  return [...words.en, ...words.es];
}

/** Counts a word among those that tell a language. */
export const learn = (language: Language, word: string): unknown => told[language].add(word);

/** Always counts, also where a service has that name: no name takes a risk away. */
export const destructive = new Set(
  said(
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
/** The same in several words; what lies between the first and the last does not matter. */
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
  ...said(
    'mixing compress compressor limiter normalize',
    'mezcla mezclar masteriza masterizar compresor limitador normaliza normalizar',
  ),
  ...list('mix master mastering audio reaper daw stem stems eq shub'),
]);

export const everything = new Set(said('all everything', 'todo todos todas'));

/** Between a verb and "all". */
export const beforeAll = new Set([...said('them the', 'las los'), 'down', 'off']);

/** A text that begins so asks and orders nothing. */
export const questions = new Set(
  said(
    'is isn am are aren was were does did has have which who whose where when why should shall may might must',
    'esta estan hay quien quienes cuando donde es sera debo deberia puedo podemos conviene sigue siguen queda',
  ),
);
/** So does one that begins so, unless it goes on with "you". */
export const modals = new Set(list('can could will would'));

/** Is something, and is no order: "web is open". */
export const copulas = new Set(
  said(
    'is isn are aren was were be been being got',
    'esta estan estaba es son fue sera sido estar',
  ),
);
/** Before a verb, and saying nothing about it. */
export const politeness = new Set([
  ...said(
    'please pls plz can could will would you and then kindly mind',
    'por favor porfa porfavor puedes podrias puede podria podeis y me te importaria importa',
  ),
  ...list('hey madre vx11'),
]);
/** A question with one of them is asked of madre. */
export const pleas = new Set(said('please pls plz kindly', 'favor porfa porfavor'));

/** Around a verb, and saying nothing about what it does. */
export const fillers = new Set([
  ...politeness,
  ...said(
    'i we want need to like let us just now ok okay yes also so ahead time hello hi thanks thank again immediately ' +
      'my our me it them this that these those there here really quickly quick asap right away straight back up fine ' +
      'sure great everyone guys friend mate buddy total long well simply both must should have possible some more next coming lot will',
    'quiero queremos quisiera queria querria gustaria encantaria proximos proximas necesito necesitamos que ahora ya vale bueno hola haz hagas gracias otra vez nuevo luego ' +
      'despues oye anda venga mismo enseguida rapido rapidamente cuanto antes nos lo la los las le les se su sus este ' +
      'ese esa buenas vuelve volver a mas tiempo claro perfecto amigo muchas al menos momento en',
  ),
  ...list('si id'),
]);
/** The ends of "I'll", "let's", "I'd": they say nothing behind an apostrophe. */
export const clipped = new Set(list('s ll d m re ve'));
/** What those ends hang on. */
export const beforeClip = new Set(list('i we you it they that there let what he she who'));
/** Beside what a window is closed on. */
export const aboutWindows = new Set(
  said(
    'window windows of on for at in my our both services by during to down off',
    'ventana ventanas de del en sobre mi mis ambos ambas servicios durante por para a',
  ),
);

/** They turn what the verb behind them, or beside them, says. */
export const negations = new Set([
  ...said('not never neither nor cannot nobody no none', 'no nunca jamas ni tampoco nadie nada'),
  // "don't" without its apostrophe
  ...list(
    'dont doesnt didnt isnt arent wasnt werent wont wouldnt shouldnt couldnt cant mustnt neednt havent hasnt hadnt',
  ),
  ...list('aint shant dunno'),
]);
/** What an apostrophe cuts its "t" off from. */
export const cutNegations = new Set(
  list(
    'don doesn didn isn aren wasn weren won wouldn shouldn couldn can mustn needn haven hasn hadn ain shan',
  ),
);
/** They leave something out of a sentence, or put it off, wherever they stand. */
export const negators = new Set(
  said(
    'without except excluding but unless if when once until till while before later tomorrow tonight instead rather ' +
      'avoid avoiding cancel cancels ignore ignoring forget refrain skip abort assuming assume provided providing ' +
      'suppose supposing whether whenever case soon noon midnight yesterday monday tuesday wednesday thursday friday ' +
      'saturday sunday weekend unlike morrow',
    'sin excepto salvo menos pero cuando hasta mientras manana antes evita evitar evite evites cancela cancelar ignora ' +
      'ignorar olvida olvidar suponiendo supuesto caso siempre tras apenas ayer lunes martes miercoles jueves viernes ' +
      'sabado domingo medianoche mediodia',
  ),
);
/** Somebody else's words. */
export const reporting = new Set(
  said(
    'said says say saying told tells asked asks wrote writes written quote quoted quoting quotes claimed ' +
      'claims mentioned suggested suggests according allegedly example eg wants wanted ordered demanded requested',
    'dijo dice dicen dijeron digo diciendo decia pidio piden escribio escribe conto segun cita ejemplo sugirio ' +
      'comento ordeno',
  ),
);
/** Between what may be meant, and what also may. */
export const alternatives = new Set(said('or either', 'o u'));
/** Around a name: it is to stay as it is. */
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
/** A time that is none: "a bit", "un rato". */
export const vagueTimes = new Set(
  said(
    'bit little while moment few several jiffy tick sec spell',
    'rato ratito ratico poco unos unas varios momentito',
  ),
);
/** Before a time. */
export const beforeTime = new Set(said('for by during another', 'durante por otros otras'));

/** Where this is the word before, they do not: "al menos", "cuanto antes". */
export const harmlessBehind = new Map([
  ['menos', new Set(['al', 'lo'])],
  ['antes', new Set(['cuanto'])],
  // "for a while" is a time, however vague
  ['while', new Set(['a', 'little'])],
]);

/** Before a name, and saying nothing about it. */
export const articles = new Set(said('the a an service', 'el la los las servicio'));
/** What a host follows; `on` and `en` say for sure that it does, behind a service. */
export const places = new Set(said('on at in', 'en'));
export const surePlaces = new Set(list('on en'));
/** Between these and the host. */
export const hostNouns = new Set(said('host machine server', 'maquina equipo servidor'));

// words that decide nothing else
said('for because of to with until my', 'para porque de con hasta durante mi hola gracias');

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
said(english, spanish);
const twenties =
  'veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve';

/** Numbers that are written out, as people write them before a unit of time. */
export const numbers = new Map<string, number>([
  ...said('a an one', 'un una uno').map((word): [string, number] => [word, 1]),
  ...count(counts, english, spanish),
  ...said('', twenties).flatMap((word, nth): [string, number][] =>
    word === '' ? [] : [[word, 20 + nth]],
  ),
]);
/** "another 5 minutes", "5 more minutes", "5 minutos más": beside what there is. */
export const more = new Set(
  said(
    'another more extra additional longer further',
    'otro otra otros otras mas adicional adicionales',
  ),
);
export const halves = new Set(said('half', 'media medio'));

const unit = (seconds: number, short: string, en: string, es: string): [string, number][] =>
  [...list(short), ...said(en, es)].map((word) => [word, seconds]);
/** Seconds of a unit. */
export const units = new Map<string, number>([
  ...unit(1, 's', 'sec secs second seconds', 'seg segs segundo segundos'),
  ...unit(60, 'm min', 'mins minute minutes', 'minuto minutos'),
  ...unit(3600, 'h hr', 'hrs hour hours', 'hora horas'),
  ...unit(86_400, 'd', 'day days', 'dia dias'),
  ...unit(604_800, 'w', 'week weeks', 'semana semanas'),
]);

/** Does this word (lower case, no accents) mean something by itself, so that it names nothing? */
export const means = (word: string): boolean => told.en.has(word) || told.es.has(word);

/** The language that more of these words (lower case, no accents) are of; English when in doubt. */
export function languageOf(words: readonly string[]): Language {
  // a word of both, such as "a", tells nothing: it counts for each
  const of = (language: Language): number =>
    words.filter((word) => told[language].has(word)).length;
  return of('es') > of('en') ? 'es' : 'en';
}
