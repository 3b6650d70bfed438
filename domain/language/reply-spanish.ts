import type { HealthState } from '../../contracts/service.ts';
import type { Agreement, Sentences } from './reply-sentences.ts';

const whoHas = (agreement: Agreement): string => {
  if (agreement.kind === 'several') return `${agreement.count} personas tienen que confirmarlo`;
  return agreement.kind === 'another'
    ? 'Otra persona tiene que confirmarlo'
    : 'Tienes que confirmarlo';
};

const states: Record<HealthState, string> = {
  ok: 'está en marcha',
  starting: 'está arrancando',
  degraded: 'no va bien',
  down: 'se ha caído',
  off_by_policy: 'duerme',
};

/** Why a step failed while it ran, by its error code. */
const failures: Record<string, (service: string, role: string) => string> = {
  off_by_policy: (_, role) =>
    `${role} duerme por política o no está en ningún archivo de compose. Ábrelo antes: "abre ${role} durante 10 minutos".`,
  not_available_yet: (_, role) =>
    `${role} está despierto, pero no hace eso en un plan: mira los detalles del plan.`,
  unknown_action: (_, role) =>
    `${role} no conoce esa acción: los detalles del plan dicen cuáles hay.`,
  still_held: (service) =>
    `${service} sigue en marcha en otra ventana: mira quién lo necesita y pídelo otra vez.`,
  core_service: (service) => `${service} siempre está en marcha: para todo VX11 en su lugar.`,
  window_ended: () => 'La ventana ya había terminado; ábrela otra vez.',
  window_not_open: () => 'La ventana no está abierta o no tiene final que mover.',
  image_missing: (service) => `Falta la imagen de ${service}: descárgala o constrúyela.`,
  port_taken: (service) => `Un puerto de ${service} está ocupado: libéralo y prueba otra vez.`,
  unhealthy: (service) => `${service} arrancó, pero su chequeo de salud falla: mira sus registros.`,
  not_ready_in_time: (service) => `${service} no estuvo listo a tiempo: mira sus registros.`,
  exited: (service) => `${service} terminó al arrancar: mira sus registros.`,
  dependency_failed: (service) => `Algo de lo que depende ${service} no arrancó.`,
  create_failed: (service) => `Docker no pudo crear ${service}: mira los detalles del plan.`,
  start_failed: (service) => `Docker no pudo arrancar ${service}: mira los detalles del plan.`,
  engine_unavailable: () => 'Docker no responde; prueba otra vez en breve.',
  removed_from_file: (service) => `${service} ya no está en el archivo de compose.`,
  no_room: (service) => `No hay sitio para ${service}: cierra antes otra ventana.`,
  temporal_unavailable: () => 'Temporal no responde; no se empezó nada. Prueba otra vez en breve.',
  timeout: () => 'Se acabó el tiempo del paso.',
  run_lost: () => 'Su ejecución ya no está en Temporal; mira sus pasos.',
  not_done: () => 'No se llevaron a cabo todos los pasos.',
};
/** The reasons for a service's health. The keys are texts of `services/status.ts`. */
const causes: Record<string, string> = {
  unhealthy: 'su chequeo de salud falla',
  paused: 'en pausa',
  restarting: 'reiniciándose',
  unknown: 'no se sabe',
  absent: 'no existe su contenedor',
  exited: 'terminó',
  stopping: 'se está parando',
  'it is stopping': 'se está parando',
  'not run by this Docker Engine': 'no lo ejecuta este Docker',
  'asleep by policy': 'duerme por política',
};

const help =
  'Di lo que quieres en una frase. Por ejemplo: "abre web durante 20 minutos porque hay una demo", "cierra web", ' +
  '"prolonga web 10 minutos", "estado", "reinicia web", "ejecuta `uptime`". Lo que interrumpe o quita algo espera tu confirmación.';

export const spanish: Sentences = {
  help,
  talk: `Abro servicios por un rato y los vuelvo a dormir. ${help}`,

  noServiceKnown: 'Todavía no se conoce ningún servicio.',
  nothingRuns: 'Nada está en marcha en una ventana.',
  inNoFile: (names) => `${names}: en ningún archivo de compose.`,
  service: (name, health, reason, until) =>
    [
      name,
      states[health],
      reason === null ? '' : `(${spanish.cause(reason)})`,
      until === null ? '' : `hasta ${until}`,
    ]
      .filter(Boolean)
      .join(' '),
  onHost: (name, host) => `${name} en ${host}`,
  asleep: (count, names) =>
    `${count === 1 ? '1 servicio duerme' : `${count} servicios duermen`} por política${names === '' ? '' : ` (${names})`}.`,
  nothingKnown: 'Ni madre ni el almacén responden, así que no se sabe cómo está todo.',

  waits: (risk, because, agreement, until, steps) =>
    `El riesgo es ${risk}: ${because}. ${whoHas(agreement)} antes de ${until}: ${steps}.`,
  underWay: (plan, steps) => `Está en marcha como ${plan}: ${steps}.`,
  rejected: (plan) => `${plan} fue rechazado; no se hizo nada.`,
  cancelled: (plan, undone) =>
    `${plan} fue cancelado${undone === '' ? '' : `; se deshizo: ${undone}`}.`,
  failed: (detail) => `Eso no funcionó. ${detail}`.trim(),
  failure: (code, { service, role }) => failures[code]?.(service, role) ?? null,
  cause: (reason) =>
    causes[reason] ??
    reason
      .replace(/^exited with (-?\d+)$/, 'terminó con $1')
      .replace(/^unhealthy: /, 'su chequeo falla: '),
  dryRun: (risk, because, steps) =>
    `Esto es lo que se haría, con riesgo ${risk} (${because}): ${steps}. No se hizo nada.`,

  done: 'Hecho.',
  opened: (services, until, window) =>
    `${services}: abierto ${until === null ? 'sin final' : `hasta ${until}`} (${window}).`,
  notUp: (service, detail) => `${service} no arrancó: ${detail}`,
  closed: (what) => `Cerrado: ${what}.`,
  oneAtATime:
    'Eso es más de una cosa, así que no se hizo nada. Pide una cosa cada vez, como "para db" y después "abre web".',
  sayItPlainly:
    'No se hizo nada: lo que no debe ocurrir, o solo más tarde o con una condición, o lo que dijo otra persona, no se lleva a cabo. Di lo que hay que hacer ahora, como "cierra web" o "abre web durante 20 minutos".',
  whichService: (names) =>
    names.length > 1
      ? `No se hizo nada: ¿cuál es, ${names.join(' o ')}? Nómbralo tal como está escrito aquí.`
      : `No se hizo nada: no está claro de qué servicio se trata. Nombra cada uno exactamente, como en "abre ${names[0] ?? 'web'}".`,
  whichTime: (services) =>
    `No se hizo nada: ese tiempo no está claro. Di cuánto, desde ahora, como en "abre ${services || 'web'} durante 20 minutos" o "prolonga ${services || 'web'} 10 minutos".`,
  whichOrder: (services, seconds) =>
    `Entendí ${services}${seconds === null ? '' : ` y ${seconds} segundos`}, y ninguna orden. Di una de estas: "abre ${services} durante ${seconds === null ? '20 minutos' : `${seconds} segundos`}", "cierra ${services}", "estado de ${services}". No se hizo nada.`,
  extended: (services, until, clamped) =>
    `${services}: sigue abierto ${until === null ? 'más tiempo' : `hasta ${until}`}${clamped ? '; su max_ttl no permite más' : ''}.`,
  restarted: (service) => `${service} se reinició; su ventana sigue como estaba.`,
  taskRan: (task) => `La tarea se ejecutó como ${task}.`,
  checked: (verdict) => `Comprobado ${verdict}.`,
  stepDone: (type) => `${type}: hecho.`,
  unknown: 'desconocido',

  busy: 'Lo que dijiste antes no ha terminado, así que no se empezó nada; repítelo en un momento.',

  notStarted: (action, targets) =>
    `Entendido como ${action}${targets === '' ? '' : ` de ${targets}`}. madre no está, así que no se empezó nada; prueba otra vez en breve.`,
  mayStillHappen:
    'madre no respondió a tiempo. Lo que pediste puede ocurrir todavía: GET /madre/plans lo dice.',
};
