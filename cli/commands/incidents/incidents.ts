import { Option } from 'commander';
import {
  incident,
  incidentListAnswer,
  incidentStatus,
  severity,
  type Incident,
} from '../../../contracts/incidents.ts';
import type { AddCommand, Session } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

interface ListOptions {
  status?: string;
  severity?: string;
  service?: string;
}

export const addIncidents: AddCommand = (program, session) => {
  const incidents = program
    .command('incidents')
    .description('what is in trouble, as the ants found it');
  incidents
    .command('list', { isDefault: true })
    .description('list incidents, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(incidentStatus.options))
    .addOption(new Option('--severity <severity>', 'only these').choices(severity.options))
    .option('--service <service>', 'only those of this service')
    .action((options: ListOptions) => list(session(), options));
  incidents
    .command('show')
    .description('show one incident, with what was seen')
    .argument('<incident>', 'its id')
    .action((id: string) => show(session(), id));
  incidents
    .command('ack')
    .description('mute an incident; a rise of its severity ends that')
    .argument('<incident>', 'its id')
    .option('--hours <hours>', 'for how long, at most 24', Number)
    .option('--note <text>', 'why')
    .action((id: string, options: { hours?: number; note?: string }) =>
      act(session(), id, 'ack', options),
    );
  incidents
    .command('resolve')
    .description('end an incident; it opens again if the next looks still see it')
    .argument('<incident>', 'its id')
    .option('--note <text>', 'why')
    .action((id: string, options: { note?: string }) => act(session(), id, 'resolve', options));
};

const pathOf = (id: string): string => `/hormiguero/incidents/${encodeURIComponent(id)}`;

async function list({ gateway, terminal }: Session, options: ListOptions): Promise<void> {
  const query = new URLSearchParams({ ...options });
  const given = await gateway.call('GET', `/hormiguero/incidents?${query}`, incidentListAnswer);
  const rows = given.incidents.map((one) => [
    one.incident_id,
    one.severity,
    one.status,
    one.service ?? '–',
    String(one.occurrences),
    one.last_seen,
    one.title,
  ]);
  const headings = ['INCIDENT', 'SEVERITY', 'STATUS', 'SERVICE', 'SEEN', 'LAST', 'WHAT'];
  answer(terminal, given, () => (rows.length === 0 ? 'No incidents.' : table(headings, rows)));
}

async function show({ gateway, terminal }: Session, id: string): Promise<void> {
  const given = await gateway.call('GET', pathOf(id), incident);
  answer(terminal, given, () => textOf(given));
}

async function act(
  { gateway, terminal }: Session,
  id: string,
  what: 'ack' | 'resolve',
  body: { hours?: number; note?: string },
): Promise<void> {
  const given = await gateway.call('POST', `${pathOf(id)}/${what}`, incident, { body });
  answer(terminal, given, () => textOf(given));
}

function textOf(one: Incident): string {
  const until = one.status !== 'acknowledged' ? '' : ` by ${one.acked_by} until ${one.ack_until}`;
  const ended = one.resolved_by === null ? '' : ` by ${one.resolved_by} at ${one.resolved_at}`;
  return [
    `${one.incident_id} ${one.severity} ${one.status}${until}${ended}`,
    `${one.title}: ${one.description}`,
    `seen ${one.occurrences} times since ${one.first_seen}, last at ${one.last_seen}`,
    ...(one.flapping ? ['it comes and goes'] : []),
    ...(one.inhibited_by === null ? [] : [`explained by ${one.inhibited_by}`]),
    ...one.notes.map(({ at, by, text }) => `${at} ${by}: ${text}`),
    ...one.suggested_actions.map(({ text }) => `→ ${text}`),
  ].join('\n');
}
