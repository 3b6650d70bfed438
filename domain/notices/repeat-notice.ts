import type { Incident } from '../../contracts/incidents.ts';
import type { Notice } from '../../contracts/notice.ts';
import { rankOf } from './grouping.ts';

/** Whether people are reminded of an incident: it is high or worse, nobody acknowledged it, and no other one explains it. */
export const isRepeated = ({ status, severity, inhibited_by }: Incident): boolean =>
  status === 'open' && inhibited_by === null && rankOf(severity) >= rankOf('high');

/** The reminder of an incident that is still open. @param now epoch ms */
export const repeatNotice = (
  { incident_id, host, service, severity, title, detected_at }: Incident,
  now: number,
): Notice => ({
  type: 'incident.opened',
  severity,
  title: `Still open since ${detected_at}: ${title} (${service ?? host})`,
  text: `vx11 incidents show ${incident_id} has what the ants saw, and what they suggest; vx11 incidents ack ${incident_id} keeps it quiet.`,
  subject: incident_id,
  at: new Date(now).toISOString(),
  valid_until: null,
});
