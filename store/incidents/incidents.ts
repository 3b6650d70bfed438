import type { Transaction } from 'kysely';
import type { NewEvent } from '../../contracts/event.ts';
import type { Incident, IncidentStatus, Severity } from '../../contracts/incidents.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { cursorPatternOf, newestPage } from '../core/pages.ts';
import type { Tables } from '../core/schema.ts';

/** What a round of ants changes, in one transaction. Memories and states are structures of the domain. */
export interface RoundChange {
  /** The changed and the new ones. */
  incidents: readonly Incident[];
  /** By fingerprint; null forgets. */
  memories: ReadonlyMap<string, { ant: string } | null>;
  states: readonly { ant: string }[];
  events: NewEvent[];
}

export interface IncidentFilter {
  host?: string | undefined;
  status?: IncidentStatus | undefined;
  severity?: Severity | undefined;
  service?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** The form of a cursor of `list`. */
export const incidentCursorPattern = cursorPatternOf('incident');

export interface IncidentStore {
  find(id: string): Promise<Incident | null>;
  /** Newest first. `cursor` is the `next_cursor` of the previous page. */
  list(filter: IncidentFilter): Promise<{ incidents: Incident[]; next_cursor: string | null }>;
  /** How many are open or acknowledged, by severity. */
  open(host?: string): Promise<Record<Severity, number>>;
  /** Those of a host that were opened before an instant, in epoch ms, and that are neither over nor acknowledged. */
  unresolved(host: string, before: number): Promise<Incident[]>;
  memories(host: string): Promise<unknown[]>;
  /** Decides on what is known of a host, and writes it, while no other round or person changes its incidents. */
  round<Result extends RoundChange>(
    host: string,
    decide: (kept: { memories: unknown[]; incidents: Incident[] }) => Result,
  ): Promise<Result>;
  /**
   * Changes one incident of a person's making, and forgets its looks if it was resolved. @returns null if it is not known
   */
  change(
    id: string,
    decide: (incident: Incident) => { incident: Incident; events: NewEvent[] },
  ): Promise<Incident | null>;
}

const keyOf = (host: string): string => `incidents/${host}`;
const toIncident = ({ view }: { view: string }): Incident => JSON.parse(view) as Incident;

const rowOf = (incident: Incident): Tables['incidents'] => ({
  id: incident.incident_id,
  host: incident.host,
  fingerprint: incident.fingerprint,
  kind: incident.kind,
  service: incident.service,
  severity: incident.severity,
  status: incident.status,
  opened_at: Date.parse(incident.detected_at),
  closed_at: incident.closed_at === null ? null : Date.parse(incident.closed_at),
  view: JSON.stringify(incident),
});

async function save(tx: Transaction<Tables>, incidents: readonly Incident[]): Promise<void> {
  for (const incident of incidents) {
    const { severity, status, closed_at, view, ...row } = rowOf(incident);
    const changing = { severity, status, closed_at, view };
    await tx
      .insertInto('incidents')
      .values({ ...row, ...changing })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changing))
      .execute();
  }
}

async function saveMemories(
  tx: Transaction<Tables>,
  host: string,
  memories: RoundChange['memories'],
): Promise<void> {
  const gone = [...memories].flatMap(([print, memory]) => (memory === null ? [print] : []));
  if (gone.length > 0) {
    const rows = tx.deleteFrom('ant_memories').where('host', '=', host);
    await rows.where('fingerprint', 'in', gone).execute();
  }
  for (const [fingerprint, one] of memories) {
    if (one === null) continue;
    const memory = JSON.stringify(one);
    await tx
      .insertInto('ant_memories')
      .values({ host, fingerprint, ant: one.ant, memory })
      .onConflict((conflict) => conflict.columns(['host', 'fingerprint']).doUpdateSet({ memory }))
      .execute();
  }
}

const memoriesIn = async (db: Pick<Transaction<Tables>, 'selectFrom'>, host: string) => {
  const rows = await db
    .selectFrom('ant_memories')
    .select('memory')
    .where('host', '=', host)
    .execute();
  return rows.map(({ memory }) => JSON.parse(memory) as unknown);
};

export function createIncidentStore(connection: Connection, append: AppendEvents): IncidentStore {
  const find: IncidentStore['find'] = (id) =>
    connection.read(async (db) => {
      const query = db.selectFrom('incidents').select('view').where('id', '=', id);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : toIncident(row);
    });
  return {
    find,
    list: ({ host, status, severity, service, ...page }) =>
      connection.read(async (db) => {
        let query = db.selectFrom('incidents').select(['id', 'opened_at', 'view']);
        if (host !== undefined) query = query.where('host', '=', host);
        if (status !== undefined) query = query.where('status', '=', status);
        if (severity !== undefined) query = query.where('severity', '=', severity);
        if (service !== undefined) query = query.where('service', '=', service);
        const { shown, next_cursor } = await newestPage(query, 'opened_at', page);
        return { incidents: shown.map(toIncident), next_cursor };
      }),
    open: (host) =>
      connection.read(async (db) => {
        let query = db
          .selectFrom('incidents')
          .select(['severity', ({ fn }) => fn.countAll<number | string>().as('count')])
          .where('status', 'in', ['open', 'acknowledged']);
        if (host !== undefined) query = query.where('host', '=', host);
        const rows = await query.groupBy('severity').execute();
        const none = { info: 0, warn: 0, high: 0, critical: 0 };
        const counts = rows.map(({ severity, count }) => [severity, Number(count)]);
        return { ...none, ...(Object.fromEntries(counts) as Partial<typeof none>) };
      }),
    unresolved: (host, before) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('incidents')
          .select('view')
          // the words of the index of those that are not closed
          .where('status', '<>', 'closed')
          .where('status', '=', 'open')
          .where('host', '=', host)
          .where('opened_at', '<=', before)
          .orderBy('opened_at')
          .execute();
        return rows.map(toIncident);
      }),
    memories: (host) => connection.read((db) => memoriesIn(db, host)),
    round: (host, decide) =>
      connection.writeUnder([keyOf(host)], async (tx) => {
        const live = await tx
          .selectFrom('incidents')
          .select('view')
          .where('host', '=', host)
          .where('status', '<>', 'closed')
          .execute();
        const kept = {
          memories: await memoriesIn(tx, host),
          incidents: live.map(toIncident),
        };
        const change = decide(kept);
        await save(tx, change.incidents);
        await saveMemories(tx, host, change.memories);
        for (const one of change.states) {
          const state = JSON.stringify(one);
          await tx
            .insertInto('ant_states')
            .values({ host, ant: one.ant, state })
            .onConflict((conflict) => conflict.columns(['host', 'ant']).doUpdateSet({ state }))
            .execute();
        }
        await append(tx, change.events);
        return change;
      }),
    change: async (id, decide) => {
      const known = await find(id);
      if (known === null) return null;
      const { host } = known;
      return connection.writeUnder([keyOf(host)], async (tx) => {
        const query = tx.selectFrom('incidents').select('view').where('id', '=', id);
        const { incident, events } = decide(toIncident(await query.executeTakeFirstOrThrow()));
        await save(tx, [incident]);
        if (incident.status === 'resolved')
          await saveMemories(tx, host, new Map([[incident.fingerprint, null]]));
        await append(tx, events);
        return incident;
      });
    },
  };
}
