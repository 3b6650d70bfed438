import type { EventRecord, EventType } from '../../contracts/event.ts';
import { noticeSeverity, type NoticeSeverity } from '../../contracts/notice.ts';
import { textOf, type Describe } from './event-text.ts';

/** Null for what is only recorded. */
function severityOf(event: EventRecord): NoticeSeverity | null {
  const { data } = noticeSeverity.safeParse(event.payload['severity']);
  return data === undefined || data === 'info' ? null : data;
}

const incident: Describe = (event) => {
  const severity = severityOf(event);
  // one that follows from another incident is shown with that
  if (severity === null || textOf(event, 'inhibited_by') !== '') return null;
  const id = textOf(event, 'incident_id');
  const where = event.service ?? event.host ?? '';
  return {
    type: 'incident.opened',
    severity,
    title: `${textOf(event, 'title')}${where === '' ? '' : ` (${where})`}`,
    text: `vx11 incidents show ${id} has what the ants saw, and what they suggest; vx11 incidents ack ${id} keeps it quiet.`,
    subject: id,
  };
};

/** What ants and audits find. An incident that is acknowledged, resolved or closed notifies nobody. */
export const troubleRows: Partial<Record<EventType, Describe>> = {
  'incident.opened': incident,
  'incident.reopened': incident,
  'incident.rose': incident,
  'incident.flapping': (event) => {
    const notice = incident(event);
    if (notice === null) return null;
    const title = `It comes and goes: ${notice.title}`;
    return { ...notice, type: 'incident.flapping', title };
  },
  'incident.storm': (event) => ({
    type: 'incident.storm',
    severity: 'high',
    title: `${textOf(event, 'count')} incidents at once on ${event.host ?? ''}`,
    text: 'They have one cause more often than not. vx11 incidents lists them; begin with the most severe one.',
    subject: `storm ${event.host ?? ''}`,
  }),
  'drift.found': (event) => {
    const severity = severityOf(event);
    if (severity === null) return null;
    const path = textOf(event, 'path');
    return {
      type: 'drift.found',
      severity,
      title: `Not as declared: ${path}`,
      text: `${textOf(event, 'kind')}. vx11 drift shows what the files say, and what is there.`,
      subject: path,
    };
  },
};
