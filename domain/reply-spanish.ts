import type { HealthState } from '../contracts/service.ts';
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

const help =
  'Di lo que quieres en una frase. Por ejemplo: "abre web durante 20 minutos porque hay una demo", "cierra web", ' +
  '"estado", "reinicia web", "ejecuta `uptime`". Lo que interrumpe o quita algo espera tu confirmación.';

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
      reason === null ? '' : `(${reason})`,
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
  dryRun: (risk, because, steps) =>
    `Esto es lo que se haría, con riesgo ${risk} (${because}): ${steps}. No se hizo nada.`,

  done: 'Hecho.',
  opened: (services, until, window) =>
    `${services}: abierto ${until === null ? 'sin final' : `hasta ${until}`} (${window}).`,
  notUp: (service, detail) => `${service} no arrancó: ${detail}`,
  closed: (what) => `Cerrado: ${what}.`,
  noWindow: (services) =>
    `No hay ninguna ventana abierta${services === '' ? '' : ` de ${services}`}.`,
  deletesNothing: 'VX11 no borra nada: duerme servicios. Nombra un servicio para pararlo.',
  oneAtATime:
    'Eso es más de una cosa, así que no se hizo nada. Pide una cosa cada vez, como "para db" y después "abre web".',
  sayItPlainly:
    'No se hizo nada: lo que no debe ocurrir, o solo más tarde o con una condición, no se entiende. Di lo que hay que hacer ahora, como "cierra web" o "abre web durante 20 minutos".',
  restarted: (service) => `${service} se reinició; su ventana sigue como estaba.`,
  taskRan: (spawn) => `La tarea se ejecutó como ${spawn}.`,
  stepDone: (type) => `${type}: hecho.`,
  unknown: 'desconocido',

  busy: 'Lo que dijiste antes no ha terminado, así que no se empezó nada; repítelo en un momento.',

  notStarted: (action, targets) =>
    `Entendido como ${action}${targets === '' ? '' : ` de ${targets}`}. madre no está, así que no se empezó nada; prueba otra vez en breve.`,
  mayStillHappen:
    'madre no respondió a tiempo. Lo que pediste puede ocurrir todavía: GET /madre/plans lo dice.',
};
