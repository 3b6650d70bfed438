import type { IntentAction } from '../../../contracts/intent.ts';
import { addLanguageWord } from './lexicon.ts';

/**
 * The meaning of a verb: an action, or one that depends on the rest of the sentence. `keep` extends an open window, opens
 * one for a time, or holds; `need` and `give` open a window unless there is another verb; `add` extends by a duration.
 */
export type Wanted = IntentAction | 'keep' | 'need' | 'give' | 'add';

/** A phrase for a verb: its head, and its tail after the object: "turn (web) on". */
export interface Phrase {
  wants: Wanted;
  head: readonly string[];
  tail: readonly string[];
}

const byHead = new Map<string, Phrase[]>();

function add(wants: Wanted, language: 'en' | 'es', ways: Iterable<string>): void {
  for (const way of ways) {
    const [head = '', tail = ''] = way.split('~').map((part) => part.trim());
    const phrase = { wants, head: head.split(' '), tail: tail === '' ? [] : tail.split(' ') };
    const first = phrase.head[0]!;
    byHead.set(first, [...(byHead.get(first) ?? []), phrase]);
    if (first.length > 2) addLanguageWord(language, first);
  }
}

const list = (text: string): string[] =>
  text
    .split('|')
    .map((way) => way.trim())
    .filter(Boolean);
/** Combines every head with every tail. */
const each = (heads: string, tails: string): string[] =>
  list(heads).flatMap((head) => list(tails).map((tail) => `${head} ~ ${tail}`));

/**
 * The forms in which a regular Spanish verb is used for a request, with and without attached pronouns.
 * @param rows infinitive, stressed stem, stem before e (-ar verbs) or a (others); an omitted stem equals the previous one
 */
function spanish(rows: string): string[] {
  return list(rows).flatMap((row) => {
    const [infinitive = '', stressed, open] = row.split(' ');
    const stem = infinitive.slice(0, -2);
    const strong = stressed ?? stem;
    const soft = open ?? strong;
    const [own, other] = infinitive.endsWith('ar') ? ['a', 'e'] : ['e', 'a'];
    const bare = [infinitive, strong + own, `${strong}${own}s`, soft + other, `${soft}${other}s`];
    const hanging = 'me nos lo la los las melo mela'.split(' ');
    return [
      ...bare,
      ...[infinitive, strong + own].flatMap((form) => hanging.map((it) => form + it)),
    ];
  });
}

// English: words for running and for stopped
const up =
  'up|on|open|opened|running|up and running|awake|alive|online|available|active|started|ready|going|working';
const down = 'down|off|closed|asleep|stopped|shut|offline|sleeping';
add('open_window', 'en', [
  ...list(
    'open|opens|opening|reopen|reopening|wake|wakes|waking|awaken|rouse|launch|launching|boot',
  ),
  ...list('activate|activating|enable|enabling|resume|resuming|unpause|unsuspend|raise|booting'),
  ...each('wake|waking|fire|firing|spin|spinning|light|crank|warm|stand|boot|start|starting', 'up'),
  ...each('turn|turning|switch|switching', 'on|back on'),
  ...each('power|powering|put', 'on|up|back on|online'),
  ...each('bring|bringing', 'up|back|back up|online|back online|to life|back to life|alive'),
  ...each('get', `${up}|back up|back on`),
  ...each('make|set', 'available|run|running|active|ready|going'),
  ...each('make sure|ensure|be sure|see to it that', up),
  ...each(
    'make sure|make sure that|ensure|ensure that|be sure',
    list(up)
      .flatMap((state) => [`is ${state}`, `are ${state}`])
      .join('|'),
  ),
  ...list('kick ~ off|kick off|let ~ run|let ~ wake up|set ~ up and running'),
]);
add('close_window', 'en', [
  ...list('close|closes|closing|shutdown|poweroff|deactivate|deactivating|disable|disabling'),
  ...list(
    'go to sleep|go back to sleep|go to bed|go to rest|stop using|hibernate|sleep|end the window|end ~ window|release|free up',
  ),
  ...each('shut|shutting', 'down|off|up'),
  ...each('turn|turning|switch|switching', 'off'),
  ...each('power|powering|wind|spin|spinning|stand', 'down|off'),
  ...each('take|taking|bring|bringing', 'down|offline|back down'),
  ...each(
    'put|putting|send|sending|lay',
    'to sleep|back to sleep|to bed|back to bed|asleep|offline|to rest',
  ),
  ...each('let', 'sleep|rest|go|go to sleep|go back to sleep'),
  ...each('get|make sure|ensure', down),
  ...each('make sure|ensure', 'is down|is off|is closed|is asleep|are down|are off|are closed'),
  ...list(
    'we are done with|we are finished with|i am done with|i am finished with|done with|finished with|through with|done using|finished using',
  ),
]);
add('restart', 'en', [
  ...list('restart|restarts|restarting|reboot|reboots|rebooting|bounce|bouncing|relaunch|recycle'),
  ...list('reload|respawn|power cycle|powercycle|cycle|stop and start|kick over'),
  ...each('turn|switch|power', 'off and on|off and on again|off and back on|off then on'),
  ...each('start|launch|boot', 'again|over|afresh|anew'),
]);
add(
  'extend_window',
  'en',
  list('extend|extends|extending|prolong|prolonging|lengthen|renew|stretch'),
);
add('extend_window', 'en', [...each('push|move', 'back|out'), ...list('top up|top ~ up')]);
add('keep', 'en', [...each('keep|keeping|leave|leaving|have|hold', up), 'hold', 'let ~ run']);
add('need', 'en', [
  ...list('need|needs|want|like|require|get me|give me|gimme|have'),
  ...each('need|want|like', `${up}|to be up|to be running|to be open|to run`),
]);
add('close_window', 'en', each('need|want|like', `${down}|to be down|to be closed|to sleep`));
add('give', 'en', list('give|keep|leave|grant|let|allow'));
add('add', 'en', list('add'));
add('stop', 'en', list('stop|stops|stopping|pause|pausing|halt|halting|quit|tear ~ down|freeze'));
add('suspend', 'en', list('suspend|suspending'));
add('cleanup', 'en', list('cleanup|clean up'));
add('patch', 'en', list('patch|repair'));
add('update', 'en', list('update|upgrade'));
add('migrate', 'en', list('migrate'));
add('restore', 'en', list('restore'));
add('run', 'en', list('run|execute|perform|start|starting'));
add('analyze', 'en', list('analyze|analyse|check|checking|scan|audit|inspect|examine|ping|probe'));
add('list', 'en', [
  ...list('list|show|get|what|tell|status|state|health|healthcheck|overview|summary|display|view'),
  ...list(
    'report|look at|look up|see|describe|summarize|summarise|watch|monitor|whats|give me the',
  ),
  ...list('how is|how are|how long|how much|how many|hows|how s|how does it look|how did'),
  ...list('check on|check in on|check up on|let me see|let me know'),
]);
add('help', 'en', [
  ...list(
    'what are my options|what are the options|help|how|usage|manual|commands|instructions|examples|guide|explain|tutorial|faq',
  ),
  ...list('what can you|what can i|what do you|what are you|what else can|what should i say'),
  ...list('lost|get started|getting started|teach me|show me how|tell me how to use|options'),
]);

// Spanish, without accents
const arriba =
  'en marcha|abierto|abierta|abiertos|abiertas|encendido|encendida|encendidos|encendidas|levantado|' +
  'levantada|despierto|despierta|activo|activa|activos|activas|arriba|funcionando|corriendo|disponible|' +
  'disponibles|listo|lista|en linea|operativo|operativa|en funcionamiento|en pie|prendido|prendida';
const abajo = 'apagado|apagada|cerrado|cerrada|dormido|dormida|abajo|parado|parada|en reposo';
const pon = 'pon|poner|pones|ponga|pongas|ponme|ponerme|ponlo|ponla|mete|meter|meta|metas';
const deja =
  'deja|dejar|deje|dejes|dejame|dejalo|manten|mantener|mantenga|mantengas|mantenme|mantenlo|conserva';
add('open_window', 'es', [
  ...spanish(
    'abrir|reabrir|despertar despiert|encender enciend|prender|levantar|activar|habilitar',
  ),
  ...spanish('lanzar lanz lanc|subir|reanudar|alzar alz alc|conectar|reactivar|inicializar'),
  ...each(pon, `${arriba}|a funcionar|a correr|a andar|a trabajar`),
  ...each('echa|echar|eche|eches|echame', 'a andar|a rodar|a correr|a funcionar'),
  ...each('haz|hacer|haga|hagas|hazme', 'funcionar|correr|andar|arrancar'),
  ...each(
    'asegurate de que|asegurate que|asegura que|garantiza que|haz que',
    `este ${list(arriba).join('|este ')}`,
  ),
  ...each('asegurate de que|asegurate que|asegura que|haz que', 'funcione|arranque|corra|se abra'),
  'abrid',
]);
add('close_window', 'es', [
  ...spanish(
    'cerrar cierr|apagar apag apagu|desactivar|deshabilitar|bajar|desconectar|tumbar|hibernar',
  ),
  ...spanish('finalizar finaliz finalic|dormir duerm|acostar acuest'),
  ...each(
    `${pon}|manda|mandar|mande|mandes|envia|enviar|echa|echar`,
    'a dormir|a descansar|a la cama',
  ),
  ...each(pon, `${abajo}|a hibernar|fuera de linea`),
  ...each('deja|dejar|deje|dejes', 'dormir|descansar|que duerma|que descanse'),
  ...list(
    'he terminado con|hemos terminado con|he acabado con|hemos acabado con|termine con|acabe con|dejar de usar|dejado de usar|cerrad',
  ),
]);
add('restart', 'es', [
  ...spanish(
    'reiniciar|rearrancar rearranc rearranqu|relanzar relanz relanc|recargar recarg recargu',
  ),
  'reinicio',
  ...each('apaga|apagar', 'y enciende|y encender|y vuelve a encender|y prende'),
  ...each('vuelve|volver|vuelva|vuelvas', 'a arrancar|a iniciar|a lanzar'),
  ...each('arranca|arrancar|inicia|iniciar', 'de nuevo|otra vez'),
]);
add('extend_window', 'es', [
  ...spanish(
    'prolongar prolong prolongu|alargar alarg alargu|ampliar|extender extiend|renovar renuev',
  ),
  ...spanish('estirar|aplazar aplaz aplac'),
]);
add('keep', 'es', [...each(deja, arriba), ...list('mantener|manten')]);
add('need', 'es', [
  ...list('necesito|necesitamos|quiero|queremos|quisiera|querria|hace falta|dame|deme|requiero'),
  ...each('necesito|necesitamos|quiero|queremos|quisiera|querria', arriba),
]);
add('close_window', 'es', each('necesito|necesitamos|quiero|queremos|quisiera', abajo));
add('give', 'es', list(`dale|darle|dar|da|des|dejale|concede|${deja}`));
add('add', 'es', [
  ...spanish('sumar|agregar agreg agregu|anadir anad|aumentar'),
  ...list('ponle|metele|sumale|anadele|agregale|echale'),
]);
add('stop', 'es', [
  // "para web" is recognized by the name after it; otherwise "para" begins a purpose
  ...spanish('parar|pausar|congelar').filter((form) => form !== 'para'),
  ...list('deten|detener|detenga|detengas|detenme|frena|frenar'),
]);
add('suspend', 'es', spanish('suspender'));
add('cleanup', 'es', spanish('limpiar'));
add('patch', 'es', spanish('parchear|reparar'));
add('update', 'es', spanish('actualizar actualiz actualic'));
add('migrate', 'es', spanish('migrar'));
add('restore', 'es', spanish('restaurar'));
add('run', 'es', spanish('ejecutar|correr|arrancar arranc arranqu|iniciar'));
add(
  'analyze',
  'es',
  spanish('analizar analiz analic|comprobar comprueb|revisar|escanear|auditar|verificar'),
);
add('list', 'es', [
  ...spanish('listar|mostrar muestr|ensenar|consultar|informar|resumir resum'),
  ...list(
    'dime|que|cual|cuales|estado|resumen|informe|salud|situacion|ver|mira|mirar|cuanto|cuanta',
  ),
  ...list('como esta|como estan|como va|como van|como anda|como andan|como sigue|dame un|dame el'),
  ...list('dame la|dame una|cuantos|cuantas'),
]);
add('help', 'es', [
  ...list(
    'ayuda|ayudame|ayudas|ayudar|como|instrucciones|comandos|ejemplos|guia|explica|explicame|socorro',
  ),
  ...list('que puedes|que puedo|que sabes|que se puede|opciones|perdido|perdida|para que sirves'),
]);
// the longest matching phrase counts
for (const ways of byHead.values()) {
  ways.sort((a, b) => b.head.length + b.tail.length - (a.head.length + a.tail.length));
}

/** The phrases that begin with this word (lower case, no accents), the longest first. */
export const phrasesFrom = (head: string): readonly Phrase[] => byHead.get(head) ?? none;
const none: readonly Phrase[] = [];

/** All phrases for a verb, as text with `~` before the tail. */
export const phrasesFor = (wanted: Wanted): string[] =>
  [...byHead.values()]
    .flat()
    .filter(({ wants }) => wants === wanted)
    .map(({ head, tail }) => [...head, ...(tail.length > 0 ? ['~', ...tail] : [])].join(' '));

const states = (text: string): ReadonlySet<string> => new Set(text.split(/[ |]/));
/** Words for the state of a service in an order: "I need web open". */
export const upStates = states(`${up}|back|again|${arriba}|que|este`);
export const downStates = states(`${down}|back|again|${abajo}`);
