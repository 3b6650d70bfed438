import type { IntentAction, IntentDomain, Language } from '../contracts/intent.ts';

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

/** Always counts, also where a service has that name: no name takes a risk away. */
export const destructive = new Set(
  said(
    'delete remove drop destroy kill terminate reset wipe truncate erase ' +
      'deletes removes drops destroys kills terminates resets wipes truncates erases ' +
      'deleting removing dropping destroying killing terminating resetting wiping truncating erasing',
    'borra borrar borre elimina eliminar elimine destruye destruir mata matar mate termina terminar ' +
      'resetea resetear vacia vaciar trunca truncar suprime suprimir',
  ),
);

export const audio = new Set([
  ...said(
    'mixing compress compressor limiter normalize',
    'mezcla mezclar masteriza masterizar compresor limitador normaliza normalizar',
  ),
  ...list('mix master mastering audio reaper daw stem stems eq shub'),
]);

export const openVerbs = new Set(
  said('open opens wake', 'abre abrir abra despierta despertar enciende'),
);
export const closeVerbs = new Set(said('close closes', 'cierra cerrar cierre'));
/** `power up web`, `power down web`. */
export const powerWord = 'power';

/** Words of an action; the first one in a text decides. */
export interface ActionWords {
  action: IntentAction;
  domain: IntentDomain;
  words: ReadonlySet<string>;
}
const row = (action: IntentAction, en: string, es: string): ActionWords => ({
  action,
  domain: 'system',
  words: new Set(said(en, es)),
});

/** Those that change something: they count also where a service has that name. */
export const changes: ActionWords[] = [
  row('restart', 'restart restarts reboot reboots', 'reinicia reiniciar'),
  row('suspend', 'suspend', 'suspende suspender'),
  row('hold', 'hold', 'mantener manten'),
  row('cleanup', 'cleanup', 'limpia limpiar'),
  row('patch', 'patch', 'parchea parchear'),
  row('update', 'update upgrade', 'actualiza actualizar'),
  row('migrate', 'migrate', 'migra migrar'),
  row('restore', 'restore', 'restaura restaurar'),
  row('stop', 'stop stops pause halt', 'deten detener parar pausa pausar apaga apagar'),
];

export const gentle: ActionWords[] = [
  row('run', 'run execute perform start', 'ejecuta ejecutar corre arranca arrancar inicia iniciar'),
  row(
    'analyze',
    'analyze analyse check scan audit',
    'analiza analizar comprueba revisa escanea audita',
  ),
  row(
    'list',
    'list show get what tell status',
    'lista listar muestra muestrame dime que cual estado',
  ),
  row('help', 'help how', 'ayuda como'),
];

export const everything = new Set(said('all everything', 'todo todos todas'));
export const coreServices = ['tentaculo_link', 'madre', 'redis'] as const;

/** Between a verb and "all". */
export const beforeAll = new Set([...said('them the', 'las los'), 'down', 'off']);

/** A text that begins so asks and orders nothing. */
export const questions = new Set(
  said(
    'is are am was were does did has have which who where when why should shall may might must',
    'esta estan hay quien cuando donde es sera debo deberia puedo conviene',
  ),
);
/** So does one that begins so, unless it goes on with "you". */
export const modals = new Set(list('can could will would'));

/** Before a verb, and saying nothing about it. */
export const politeness = new Set([
  ...said('please can could will would you and then', 'por favor puedes podrias y'),
  ...list('hey madre vx11'),
]);

/** Around a verb, and saying nothing about what it does. */
export const fillers = new Set([
  ...politeness,
  ...said(
    'i we want need to like let us just now ok okay yes also so go ahead time hello hi thanks thank again immediately',
    'quiero queremos necesito que ahora ya vale bueno hola haz gracias otra vez luego despues',
  ),
  ...list('s ll d si'),
]);
/** Beside what a window is closed on. */
export const aboutWindows = new Set(
  said(
    'window windows of on for at in my our both services',
    'ventana ventanas de del en sobre mi mis ambos ambas servicios',
  ),
);

/** They turn what the verb behind them, or beside them, says. */
export const negations = new Set(
  said('not never neither nor cannot nobody', 'no nunca jamas ni tampoco nadie'),
);
/** They leave something out of a sentence, or put it off, wherever they stand. */
export const turning = new Set(
  said(
    'without except excluding but unless if when once until till while before later tomorrow tonight instead rather',
    'sin excepto salvo menos pero cuando hasta mientras manana antes',
  ),
);
/** Where this is the word before, they do not: "al menos", "cuanto antes". */
export const harmlessBehind = new Map([
  ['menos', new Set(['al', 'lo'])],
  ['antes', new Set(['cuanto'])],
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
const counts = [2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 40, 50, 60, 90];
const english =
  'two three four five six seven eight nine ten fifteen twenty thirty forty fifty sixty ninety';
const spanish =
  'dos tres cuatro cinco seis siete ocho nueve diez quince veinte treinta cuarenta cincuenta sesenta noventa';
said(english, spanish);

/** Numbers that are written out, as people write them before a unit of time. */
export const numbers = new Map<string, number>([
  ...said('a an one', 'un una uno').map((word): [string, number] => [word, 1]),
  ...count(counts, english, spanish),
]);
export const halves = new Set(said('half', 'media medio'));

const unit = (seconds: number, short: string, en: string, es: string): [string, number][] =>
  [...list(short), ...said(en, es)].map((word) => [word, seconds]);
/** Seconds of a unit. */
export const units = new Map<string, number>([
  ...unit(1, 's', 'sec secs second seconds', 'seg segs segundo segundos'),
  ...unit(60, 'm min', 'mins minute minutes', 'minuto minutos'),
  ...unit(3600, 'h hr', 'hrs hour hours', 'hora horas'),
  ...unit(86_400, 'd', 'day days', 'dia dias'),
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
