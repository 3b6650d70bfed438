import type { EventRecord } from '../../../contracts/event.ts';
import { duration } from '../../base/durations.ts';
import type { Language } from '../../base/preferences.ts';
import { payload, text, type Sentence } from './event-sentence.ts';
import { incidentSentences } from './incident-events.ts';

const because = (event: EventRecord): string => {
  const reason = payload(event, 'reason') || payload(event, 'detail') || payload(event, 'error');
  return reason === '' ? '' : `: ${reason}`;
};
const files = ({ payload: { files: list } }: EventRecord): string =>
  Array.isArray(list) ? list.map(String).join(', ') : '';
const late = ({ payload: all }: EventRecord): string => {
  const ms =
    all['overrun_ms'] ?? (all['receipt'] as Record<string, unknown> | null)?.['overrun_ms'];
  return typeof ms === 'number' && ms > 0 ? duration(ms) : '';
};

const sentences: Partial<Record<EventRecord['type'], Sentence>> = {
  'window.requested': (e, on) => [`${e.actor} asked for ${on}`, `${e.actor} pidió ${on}`],
  'window.queued': (_, on) => [`${on} waits for room`, `${on} espera sitio`],
  'window.opening': (_, on) => [`${on} is opening`, `${on} se está abriendo`],
  'window.open': (_, on) => [`${on} is open`, `${on} está abierta`],
  'window.extended': (e, on) => [`${e.actor} extended ${on}`, `${e.actor} amplió ${on}`],
  'window.closing': (e, on) => [
    `${on} is closing, by ${e.actor}`,
    `${on} se está cerrando, por ${e.actor}`,
  ],
  'window.closed': (e, on) => [
    `${on} closed${late(e) && `, ${late(e)} late`}`,
    `${on} cerrada${late(e) && `, ${late(e)} tarde`}`,
  ],
  'window.failed': (e, on) => [`${on} failed${because(e)}`, `${on} falló${because(e)}`],
  'service.started': (_, on) => [`${on} started`, `${on} arrancó`],
  'service.stopped': (e, on) => [`${on} stopped${because(e)}`, `${on} paró${because(e)}`],
  'service.failed': (e, on) => [`${on} failed${because(e)}`, `${on} falló${because(e)}`],
  'service.restarted': (_, on) => [`${on} restarted`, `${on} se reinició`],
  'service.done': (_, on) => [`${on} finished its job`, `${on} terminó su trabajo`],
  'service.stray': (_, on) => [`${on} runs without a window`, `${on} funciona sin ventana`],
  'service.outdated': (_, on) => [`${on} runs an older file`, `${on} usa un archivo anterior`],
  'service.restored': (_, on) => [
    `${on} was changed by hand and set right`,
    `${on} fue cambiado a mano y se corrigió`,
  ],
  'image.pulling': (_, on) => [`pulling the image of ${on}`, `descargando la imagen de ${on}`],
  'image.pulled': (_, on) => [`pulled the image of ${on}`, `descargada la imagen de ${on}`],
  'image.building': (_, on) => [`building the image of ${on}`, `construyendo la imagen de ${on}`],
  'image.built': (_, on) => [`built the image of ${on}`, `construida la imagen de ${on}`],
  'catalog.read': (e) => [
    `compose file read on ${e.host ?? ''}`,
    `archivo compose leído en ${e.host ?? ''}`,
  ],
  'catalog.invalid': (e) => [
    `the compose file is invalid${because(e)}`,
    `el archivo compose no es válido${because(e)}`,
  ],
  'engine.lost': (e) => [
    `Docker does not answer on ${e.host ?? ''}`,
    `Docker no responde en ${e.host ?? ''}`,
  ],
  'engine.back': (e) => [
    `Docker is back on ${e.host ?? ''}`,
    `Docker ha vuelto en ${e.host ?? ''}`,
  ],
  'policy.applied': (e) => [`${e.actor} closed everything`, `${e.actor} lo cerró todo`],
  'token.created': (e) => [
    `token ${payload(e, 'name')} made by ${e.actor}`,
    `token ${payload(e, 'name')} creado por ${e.actor}`,
  ],
  'token.revoked': (e) => [`token revoked by ${e.actor}`, `token revocado por ${e.actor}`],
  'web_session.started': (e) => [`${e.actor} signed in`, `${e.actor} entró`],
  'web_session.ended': (e) => [`${e.actor} signed out`, `${e.actor} salió`],
  'web_session.link_created': (e) => [
    `${e.actor} made a sign-in link`,
    `${e.actor} creó un enlace de entrada`,
  ],
  'intent.received': (e) => [`${e.actor} asked madre`, `${e.actor} pidió algo a madre`],
  'spawn.queued': (e) => [`task queued by ${e.actor}`, `tarea en cola, de ${e.actor}`],
  'spawn.running': () => ['task started', 'tarea en marcha'],
  'spawn.retried': () => ['task tried again', 'tarea reintentada'],
  'spawn.finished': (e) => [
    `task ended: ${payload(e, 'state') || payload(e, 'status')}`,
    `tarea terminada: ${payload(e, 'state') || payload(e, 'status')}`,
  ],
  'plan.created': (e) => [`plan made for ${e.actor}`, `plan hecho para ${e.actor}`],
  'plan.waiting': () => ['a plan waits for confirmation', 'un plan espera confirmación'],
  'plan.approved': (e) => [`${e.actor} agreed to a plan`, `${e.actor} aprobó un plan`],
  'plan.running': () => ['a plan started', 'un plan empezó'],
  'plan.done': () => ['a plan is done', 'un plan está hecho'],
  'plan.failed': (e) => [`a plan failed${because(e)}`, `un plan falló${because(e)}`],
  'plan.rejected': (e) => [`${e.actor} rejected a plan`, `${e.actor} rechazó un plan`],
  'plan.cancelled': (e) => [`${e.actor} cancelled a plan`, `${e.actor} canceló un plan`],
  'checks.queued': (e) => [
    `${e.actor} asked for the checks ${payload(e, 'suite')}`,
    `${e.actor} pidió las comprobaciones ${payload(e, 'suite')}`,
  ],
  'checks.running': (e) => [
    `the checks ${payload(e, 'suite')} started`,
    `las comprobaciones ${payload(e, 'suite')} empezaron`,
  ],
  'checks.finished': (e) => [
    `the checks ${payload(e, 'suite')} ended: ${payload(e, 'status')}`,
    `las comprobaciones ${payload(e, 'suite')} terminaron: ${payload(e, 'status')}`,
  ],
  'schedule.changed': (e) => [
    `the schedule ${payload(e, 'schedule')} is as its file says`,
    `el horario ${payload(e, 'schedule')} está como dice su archivo`,
  ],
  'schedule.removed': (e) => [
    `the schedule ${payload(e, 'schedule')} is gone from its file`,
    `el horario ${payload(e, 'schedule')} ya no está en su archivo`,
  ],
  'schedule.paused': (e) => [
    `${e.actor} paused the schedule ${payload(e, 'schedule')}`,
    `${e.actor} pausó el horario ${payload(e, 'schedule')}`,
  ],
  'schedule.resumed': (e) => [
    `${e.actor} resumed the schedule ${payload(e, 'schedule')}`,
    `${e.actor} reanudó el horario ${payload(e, 'schedule')}`,
  ],
  'schedule.missed': (e) => [
    `the schedule ${payload(e, 'schedule')} missed a run: ${payload(e, 'why')}`,
    `el horario ${payload(e, 'schedule')} perdió una ejecución: ${payload(e, 'why')}`,
  ],
  'schedule.opened': (e) => [
    `the schedule ${payload(e, 'schedule')} opened a window`,
    `el horario ${payload(e, 'schedule')} abrió una ventana`,
  ],
  'schedule.skipped': (e) => [
    `the schedule ${payload(e, 'schedule')} skipped a window: ${payload(e, 'why')}`,
    `el horario ${payload(e, 'schedule')} omitió una ventana: ${payload(e, 'why')}`,
  ],
  'repair.queued': (e) => [
    `${e.actor} started the repair of ${payload(e, 'suite')}`,
    `${e.actor} empezó la reparación de ${payload(e, 'suite')}`,
  ],
  'repair.phase': (e) => [
    `${payload(e, 'repair_id')}: ${payload(e, 'phase')}`,
    `${payload(e, 'repair_id')}: ${payload(e, 'phase')}`,
  ],
  'repair.finished': (e) => [
    `a repair ended: ${payload(e, 'status')}`,
    `una reparación terminó: ${payload(e, 'status')}`,
  ],
  'programs.discovered': (e) => [
    `hermes looked for programs on ${e.host ?? ''}: ${payload(e, 'status')}`,
    `hermes buscó programas en ${e.host ?? ''}: ${payload(e, 'status')}`,
  ],
  'routing.target_out': (e) => [
    `${payload(e, 'scope')} is left alone: ${payload(e, 'reason')}`,
    `${payload(e, 'scope')} queda apartado: ${payload(e, 'reason')}`,
  ],
  'routing.target_back': (e) => [
    `${payload(e, 'scope')} is used again`,
    `${payload(e, 'scope')} vuelve a usarse`,
  ],
  'routing.reset': (e) => [
    `${e.actor} reset ${payload(e, 'provider')}`,
    `${e.actor} restableció ${payload(e, 'provider')}`,
  ],
  'model.pulled': (e) => [
    `${e.actor} brought the model ${payload(e, 'model')}`,
    `${e.actor} trajo el modelo ${payload(e, 'model')}`,
  ],
  'model.failed': (e) => [
    `the model ${payload(e, 'model')} was not pulled: ${payload(e, 'cause')}`,
    `el modelo ${payload(e, 'model')} no se descargó: ${payload(e, 'cause')}`,
  ],
  'model.found': (e) => [
    `hermes found the model ${payload(e, 'name')}`,
    `hermes encontró el modelo ${payload(e, 'name')}`,
  ],
  'model.quarantined': (e) => [
    `hermes moved ${payload(e, 'name')} aside: ${payload(e, 'reason')}`,
    `hermes apartó ${payload(e, 'name')}: ${payload(e, 'reason')}`,
  ],
  'model.missing': (e) => [
    `the files of the model ${payload(e, 'name')} are gone`,
    `faltan los archivos del modelo ${payload(e, 'name')}`,
  ],
  'model.evicted': (e) => [
    `the model ${payload(e, 'name')} left to make room`,
    `el modelo ${payload(e, 'name')} dejó sitio`,
  ],
  'model.deleted': (e) => [
    `${e.actor} removed the model ${payload(e, 'name')}`,
    `${e.actor} borró el modelo ${payload(e, 'name')}`,
  ],
  'drift.audited': (e) => [
    `manifestator compared ${e.host ?? ''} with its files: ${payload(e, 'status')}`,
    `manifestator comparó ${e.host ?? ''} con sus archivos: ${payload(e, 'status')}`,
  ],
  'drift.found': (e) => [
    `not as declared: ${payload(e, 'path')}`,
    `no es como está declarado: ${payload(e, 'path')}`,
  ],
  'drift.cleared': (e) => [
    `as declared again: ${payload(e, 'path')}`,
    `de nuevo como está declarado: ${payload(e, 'path')}`,
  ],
  'patch.applied': (e) => [
    `${files(e)} changed by a patch of ${e.actor}`,
    `${files(e)}: parche de ${e.actor} aplicado`,
  ],
  'patch.kept': (e) => [`the patch of ${files(e)} holds`, `${files(e)}: el parche aguanta`],
  'patch.dropped': (e) => [
    `a patch of ${files(e)} was not applied`,
    `${files(e)}: parche sin aplicar`,
  ],
  'patch.rolled_back': (e) =>
    payload(e, 'status') === 'conflict'
      ? [
          `a patch of ${files(e)} could not be taken back whole`,
          `${files(e)}: el parche no se deshizo del todo`,
        ]
      : [`a patch of ${files(e)} was taken back`, `${files(e)}: parche deshecho`],
  ...incidentSentences,
  'autonomy.started': (e) => [`${e.actor} started the loop`, `${e.actor} arrancó el bucle`],
  'autonomy.stopped': (e) => [`${e.actor} stopped the loop`, `${e.actor} paró el bucle`],
};

/** An event as a sentence; one without a sentence of its own is named by its type. */
export function eventText(event: EventRecord, language: Language): string {
  const services = event.payload['services'];
  const list = Array.isArray(services) ? services.map(String).join(', ') : '';
  const about = event.service ?? (list || payload(event, 'target') || event.window_id || '');
  const pair = sentences[event.type]?.(event, about) ?? [
    `${event.type} ${about}`.trim(),
    `${event.type} ${about}`.trim(),
  ];
  return pair[language === 'es' ? 1 : 0];
}

/** Where a person finds more about an event; null if nowhere. */
export function eventLink({ window_id, payload: all }: EventRecord): string | null {
  const repair = text(all['repair_id']);
  if (repair !== '') return `/repairs/${repair}`;
  const plan = text(all['plan_id']);
  const task = text(all['spawn_id']);
  if (plan !== '') return `/plans/${plan}`;
  if (task !== '') return `/tasks/${task}`;
  const run = text(all['run_id']);
  if (run !== '') return `/checks/${run}`;
  const incident = text(all['incident_id']);
  if (incident !== '') return `/incidents/${incident}`;
  if (text(all['audit_id']) !== '') return '/drift';
  if (text(all['job_id']) !== '') return `/models?job=${text(all['job_id'])}`;
  return window_id === null ? null : `/windows/${window_id}`;
}
