import type { EventRecord } from '../../../contracts/event.ts';
import { payload, type Sentence } from './event-sentence.ts';

const title = (event: EventRecord): string => payload(event, 'title');

/** What becomes of incidents, as sentences. */
export const incidentSentences: Partial<Record<EventRecord['type'], Sentence>> = {
  'incident.opened': (e) => [`in trouble: ${title(e)}`, `con problemas: ${title(e)}`],
  'incident.reopened': (e) => [`in trouble again: ${title(e)}`, `otra vez: ${title(e)}`],
  'incident.rose': (e) => [
    `worse, ${payload(e, 'severity')}: ${title(e)}`,
    `peor, ${payload(e, 'severity')}: ${title(e)}`,
  ],
  'incident.uninhibited': (e) => [
    `in trouble also by itself: ${title(e)}`,
    `con problemas también por sí mismo: ${title(e)}`,
  ],
  'incident.flapping': (e) => [`comes and goes: ${title(e)}`, `va y viene: ${title(e)}`],
  'incident.acknowledged': (e) => [
    `${e.actor} acknowledged: ${title(e)}`,
    `${e.actor} silenció: ${title(e)}`,
  ],
  'incident.resolved': (e) => [`no longer: ${title(e)}`, `ya no: ${title(e)}`],
  'incident.closed': (e) => [`closed: ${title(e)}`, `cerrada: ${title(e)}`],
  'incident.storm': (e) => [
    `${String(e.payload['count'])} incidents at once on ${e.host ?? ''}`,
    `${String(e.payload['count'])} incidencias a la vez en ${e.host ?? ''}`,
  ],
};
