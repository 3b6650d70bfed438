import type { IntentAction, IntentDomain } from '../contracts/intent.ts';

/** Words that mean something, in English and Spanish, without accents; each is compared with a whole word. */
const list = (words: string): string[] => words.split(' ');

/** Always counts, also where a service has that name: no name takes a risk away. */
export const destructive = new Set(
  list(
    'delete remove drop destroy kill terminate reset wipe truncate erase ' +
      'deletes removes drops destroys kills terminates resets wipes truncates erases ' +
      'deleting removing dropping destroying killing terminating resetting wiping truncating erasing ' +
      'borra borrar borre elimina eliminar elimine destruye destruir mata matar mate termina terminar ' +
      'resetea resetear vacia vaciar trunca truncar suprime suprimir',
  ),
);

export const audio = new Set(
  list(
    'mix mezcla mezclar mixing master mastering masteriza masterizar audio reaper daw stem stems eq ' +
      'compress compressor compresor limiter limitador shub normalize normaliza normalizar',
  ),
);

export const openVerbs = new Set(
  list('open opens wake abre abrir abra despierta despertar enciende'),
);
export const closeVerbs = new Set(list('close closes cierra cerrar cierre'));
/** `power up web`, `power down web`. */
export const powerWord = 'power';

/** Words of an action; the first one in a text decides. */
export interface ActionWords {
  action: IntentAction;
  domain: IntentDomain;
  words: ReadonlySet<string>;
}
const row = (action: IntentAction, words: string): ActionWords => ({
  action,
  domain: 'system',
  words: new Set(list(words)),
});

/** Those that change something: they count also where a service has that name. */
export const changes: ActionWords[] = [
  row('restart', 'restart restarts reboot reboots reinicia reiniciar'),
  row('suspend', 'suspend suspende suspender'),
  row('hold', 'hold mantener manten'),
  row('cleanup', 'cleanup limpia limpiar'),
  row('patch', 'patch parchea parchear'),
  row('update', 'update upgrade actualiza actualizar'),
  row('migrate', 'migrate migra migrar'),
  row('restore', 'restore restaura restaurar'),
  row('stop', 'stop stops pause halt deten detener parar pausa pausar apaga apagar'),
];

export const gentle: ActionWords[] = [
  row('run', 'run execute perform start ejecuta ejecutar corre arranca arrancar inicia iniciar'),
  row(
    'analyze',
    'analyze analyse check scan audit analiza analizar comprueba revisa escanea audita',
  ),
  row('list', 'list show get what tell status lista listar muestra muestrame dime que cual estado'),
  row('help', 'help how ayuda como'),
];

export const everything = new Set(list('all everything todo todos todas'));
export const coreServices = ['tentaculo_link', 'madre', 'redis'] as const;

/** A text that begins so asks and orders nothing. */
export const questions = new Set(
  list(
    'is are was were does did has have which who where when why esta estan hay quien cuando donde',
  ),
);

/** Before a verb, and saying nothing about it. */
export const politeness = new Set(
  list('please por favor can could you puedes podrias and then y hey madre vx11'),
);

/** Numbers that are written out, as people write them before a unit of time. */
export const numbers = new Map<string, number>(
  Object.entries({
    a: 1,
    an: 1,
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    fifteen: 15,
    twenty: 20,
    thirty: 30,
    forty: 40,
    fifty: 50,
    sixty: 60,
    ninety: 90,
    un: 1,
    una: 1,
    uno: 1,
    dos: 2,
    tres: 3,
    cuatro: 4,
    cinco: 5,
    seis: 6,
    siete: 7,
    ocho: 8,
    nueve: 9,
    diez: 10,
    quince: 15,
    veinte: 20,
    treinta: 30,
    cuarenta: 40,
    cincuenta: 50,
    sesenta: 60,
    noventa: 90,
  }),
);
export const halves = new Set(list('half media medio'));

const unit = (seconds: number, words: string): [string, number][] =>
  list(words).map((word) => [word, seconds]);
/** Seconds of a unit. */
export const units = new Map<string, number>([
  ...unit(1, 's sec secs second seconds seg segs segundo segundos'),
  ...unit(60, 'm min mins minute minutes minuto minutos'),
  ...unit(3600, 'h hr hrs hour hours hora horas'),
  ...unit(86_400, 'd day days dia dias'),
]);
