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
  if (textOf(event, 'status') === 'acknowledged') return null;
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

const endedBy: Readonly<Record<string, string>> = {
  plan: 'A plan patched its service, and looks in a row found it gone.',
  asleep: 'Its service sleeps by policy now.',
  person: 'Somebody resolved it.',
};

/**
 * What ants and audits find. An incident that is acknowledged or closed notifies nobody, and that one is over is sent to those
 * who were notified of it.
 */
export const troubleRows: Partial<Record<EventType, Describe>> = {
  'incident.opened': incident,
  'incident.reopened': incident,
  'incident.rose': incident,
  'incident.uninhibited': incident,
  'incident.resolved': (event) => {
    const notice = incident(event);
    if (notice === null) return null;
    const why = endedBy[textOf(event, 'resolved_by')] ?? 'Several looks in a row found it gone.';
    const text = `${why} The same trouble within 30 minutes opens it again; vx11 incidents show ${notice.subject} has all of it.`;
    return { ...notice, type: 'incident.resolved', title: `Over: ${notice.title}`, text };
  },
  'incident.flapping': (event) => {
    const notice = incident(event);
    if (notice === null) return null;
    const title = `It comes and goes: ${notice.title}`;
    return { ...notice, type: 'incident.flapping', title };
  },
  'incident.storm': (event) => {
    const change = textOf(event, 'change');
    // storms of earlier versions have no severity
    const severity = event.payload['severity'] === undefined ? 'high' : severityOf(event);
    if (severity === null || event.payload['muted'] === true) return null;
    const about = { severity, subject: `storm ${event.host ?? ''}` };
    if (change === 'incident.resolved')
      return {
        ...about,
        type: 'incident.resolved',
        title: `Over: ${textOf(event, 'count')} incidents on ${event.host ?? ''}`,
        text: 'vx11 incidents lists what is left.',
      };
    if (change === 'incident.closed') return null;
    const critical = (event.payload['severities'] as { critical?: number } | undefined)?.critical;
    const worst = critical === undefined ? '' : `, ${critical} of them critical`;
    return {
      ...about,
      type: 'incident.storm',
      title: `${textOf(event, 'count')} incidents at once on ${event.host ?? ''}${worst}`,
      text: 'They have one cause more often than not. vx11 incidents lists them; begin with the most severe one.',
    };
  },
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
