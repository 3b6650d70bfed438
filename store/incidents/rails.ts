import type { Transaction } from 'kysely';
import type { NewEvent } from '../../contracts/event.ts';
import type { Lane, RailsEvent } from '../../contracts/rails.ts';
import { isoTime } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { appendLinks } from '../core/hash-chain.ts';
import { intentChain } from '../plans/intents.ts';
import type { Tables } from '../core/schema.ts';

export type StoredIntent = Tables['rails_intents'];
export type IntentEnd = 'done' | 'failed' | 'refused';
type NewIntent = Omit<StoredIntent, 'lane_id' | 'status' | 'decision_id' | 'intent_log_id'> & {
  actor: string;
};
type NewRailsEvent = Omit<RailsEvent, 'seq' | 'at'> & { at: number };

/** Intents from scanners, and the lanes that route them. */
export interface RailsStore {
  lanes(): Promise<Lane[]>;
  /** Creates or replaces a lane. @returns null if another lane has its domain and intent type */
  putLane(lane: Omit<Lane, 'map_version'>, events: NewEvent[]): Promise<Lane | null>;
  /** @returns false if there is no such lane */
  deleteLane(
    id: string,
    by: { actor: string; now: number; correlation_id: string },
  ): Promise<boolean>;
  /**
   * Records an intent and finds its lane. If an intent of the same domain, type and correlation still waits, that one is
   * kept instead.
   * @returns the stored intent, and its lane
   */
  take(
    intent: NewIntent,
    event: (lane: Lane | null) => NewEvent,
  ): Promise<{ intent: StoredIntent; lane: Lane | null }>;
  /** The current state of an intent; null if no scanner sent it, or retention removed it. */
  find(intentId: string): Promise<StoredIntent | null>;
  /** Waiting intents in lanes that let madre propose a plan, oldest first, up to `limitOfLane` of each lane. */
  waiting(limitOfLane: number): Promise<StoredIntent[]>;
  /** How many intents wait in lanes that let madre propose a plan. */
  toPropose(): Promise<number>;
  /** Moves intents from `waiting` to `taken`. */
  claim(ids: string[], decisionId: string, now: number): Promise<void>;
  /** Ends the intents that this decision took. */
  settle(decisionId: string, end: IntentEnd, now: number): Promise<void>;
  /** Newest first. */
  events(limit: number): Promise<RailsEvent[]>;
}

const toLane = (row: Tables['rails_lanes']): Lane => {
  const { constraints_json, invariants_json, updated_at, escalation, ...rest } = row;
  return {
    ...rest,
    escalation: escalation as Lane['escalation'],
    constraints: JSON.parse(constraints_json) as Lane['constraints'],
    invariants: JSON.parse(invariants_json) as string[],
    updated_at: isoTime(updated_at),
  };
};

async function appendRailsEvents(tx: Transaction<Tables>, events: NewRailsEvent[]): Promise<void> {
  const newest = await tx
    .selectFrom('rails_events')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst();
  let seq = newest?.seq ?? 0;
  const rows = events.map(({ result, ...event }) => ({
    ...event,
    seq: (seq += 1),
    result_json: JSON.stringify(result),
  }));
  if (rows.length > 0) await tx.insertInto('rails_events').values(rows).execute();
}

const nextVersion = async (tx: Transaction<Tables>): Promise<number> => {
  const row = await tx
    .selectFrom('rails_lanes')
    .select(({ fn }) => fn.max('map_version').as('version'))
    .executeTakeFirst();
  return (row?.version ?? 0) + 1;
};

export function createRailsStore(connection: Connection, append: AppendEvents): RailsStore {
  return {
    lanes: () =>
      connection.read(async (db) => {
        const rows = await db.selectFrom('rails_lanes').selectAll().orderBy('lane_id').execute();
        return rows.map(toLane);
      }),
    putLane: (lane, events) =>
      connection.write(async (tx) => {
        const other = await tx
          .selectFrom('rails_lanes')
          .select('lane_id')
          .where('domain', '=', lane.domain)
          .where('intent_type', '=', lane.intent_type)
          .where('lane_id', '!=', lane.lane_id)
          .executeTakeFirst();
        if (other !== undefined) return null;
        const { constraints, invariants, updated_at, ...rest } = lane;
        const row = {
          ...rest,
          constraints_json: JSON.stringify(constraints),
          invariants_json: JSON.stringify(invariants),
          updated_at: Date.parse(updated_at),
          map_version: await nextVersion(tx),
        };
        await tx
          .insertInto('rails_lanes')
          .values(row)
          .onConflict((conflict) => conflict.column('lane_id').doUpdateSet(row))
          .execute();
        const correlation_id = events[0]?.correlation_id ?? lane.lane_id;
        const about = { lane_id: lane.lane_id, intent_id: null, correlation_id };
        const result = { owner_module: lane.owner_module, map_version: row.map_version };
        await appendRailsEvents(tx, [{ at: row.updated_at, what: 'lane_put', ...about, result }]);
        await append(tx, events);
        return toLane(row);
      }),
    deleteLane: (id, { actor, now, correlation_id }) =>
      connection.write(async (tx) => {
        const result = await tx
          .deleteFrom('rails_lanes')
          .where('lane_id', '=', id)
          .executeTakeFirst();
        if (result.numDeletedRows === 0n) return false;
        const about = { lane_id: id, intent_id: null, correlation_id };
        await appendRailsEvents(tx, [
          { at: now, what: 'lane_deleted', ...about, result: { by: actor } },
        ]);
        const payload = { lane_id: id, deleted: true };
        await append(tx, [{ type: 'rails.changed', at: now, actor, correlation_id, payload }]);
        return true;
      }),
    take: (intent, event) =>
      connection.write(async (tx) => {
        const found = await tx
          .selectFrom('rails_lanes')
          .selectAll()
          .where('domain', '=', intent.domain)
          .where('intent_type', '=', intent.intent_type)
          .executeTakeFirst();
        const lane = found === undefined ? null : toLane(found);
        const same = await tx
          .selectFrom('rails_intents')
          .selectAll()
          .where('status', '=', 'waiting')
          .where('domain', '=', intent.domain)
          .where('intent_type', '=', intent.intent_type)
          .where('correlation_id', '=', intent.correlation_id)
          .executeTakeFirst();
        if (same !== undefined) return { intent: same, lane };
        const status = lane === null ? 'missed' : statusOf[lane.escalation];
        const lane_id = lane?.lane_id ?? null;
        const { actor, ...given } = intent;
        const intent_log_id = await logged(tx, given, actor);
        const row: StoredIntent = { ...given, lane_id, status, decision_id: null, intent_log_id };
        await tx.insertInto('rails_intents').values(row).execute();
        const { intent_id, correlation_id, domain, intent_type } = row;
        const about = { lane_id: row.lane_id, intent_id, correlation_id, at: row.at };
        const result = { domain, intent_type, owner_module: lane?.owner_module ?? null };
        await appendRailsEvents(tx, [
          { ...about, what: lane === null ? 'lane_missing' : 'routed', result },
        ]);
        await append(tx, [event(lane)]);
        return { intent: row, lane };
      }),
    find: (intentId) =>
      connection.read(async (db) => {
        const query = db.selectFrom('rails_intents').selectAll();
        return (await query.where('intent_id', '=', intentId).executeTakeFirst()) ?? null;
      }),
    waiting: (limitOfLane) =>
      connection.read(async (db) => {
        const places = toPropose(db)
          .selectAll('intent')
          .select(({ fn }) =>
            fn
              .agg<number | string>('row_number')
              .over((over) => over.partitionBy('lane.lane_id').orderBy('intent.at'))
              .as('place'),
          );
        const rows = await db
          .selectFrom(places.as('places'))
          .selectAll()
          .where('place', '<=', limitOfLane)
          .orderBy('at')
          .execute();
        return rows.map((row) => {
          const { place: _, ...intent } = row;
          return intent;
        });
      }),
    toPropose: () =>
      connection.read(async (db) => {
        const query = toPropose(db).select(({ fn }) => fn.countAll<number | string>().as('count'));
        return Number((await query.executeTakeFirst())?.count ?? 0);
      }),
    claim: (ids, decisionId, now) =>
      connection.write(async (tx) => {
        if (ids.length === 0) return;
        const rows = await tx
          .updateTable('rails_intents')
          .set({ status: 'taken', decision_id: decisionId })
          .where('intent_id', 'in', ids)
          .where('status', '=', 'waiting')
          .returning(['intent_id', 'lane_id', 'correlation_id'])
          .execute();
        const result = { decision_id: decisionId };
        await appendRailsEvents(
          tx,
          rows.map((row) => ({ ...row, at: now, what: 'taken' as const, result })),
        );
      }),
    settle: (decisionId, end, now) =>
      connection.write(async (tx) => {
        const rows = await tx
          .updateTable('rails_intents')
          .set({ status: end })
          .where('decision_id', '=', decisionId)
          .where('status', '=', 'taken')
          .returning(['intent_id', 'lane_id', 'correlation_id'])
          .execute();
        const result = { decision_id: decisionId, end };
        await appendRailsEvents(
          tx,
          rows.map((row) => ({ ...row, at: now, what: 'ended' as const, result })),
        );
      }),
    events: (limit) =>
      connection.read(async (db) => {
        const query = db.selectFrom('rails_events').selectAll().orderBy('seq', 'desc');
        return (await query.limit(limit).execute()).map(({ result_json, at, ...row }) => ({
          ...row,
          at: isoTime(at),
          what: row.what as RailsEvent['what'],
          result: JSON.parse(result_json) as Record<string, unknown>,
        }));
      }),
  };
}

/** Waiting intents with their current lane, if it lets madre propose a plan. */
const toPropose = (db: Pick<Transaction<Tables>, 'selectFrom'>) =>
  db
    .selectFrom('rails_intents as intent')
    .innerJoin('rails_lanes as lane', (join) =>
      join
        .onRef('lane.domain', '=', 'intent.domain')
        .onRef('lane.intent_type', '=', 'intent.intent_type'),
    )
    .where('intent.status', '=', 'waiting')
    .where('lane.escalation', '=', 'propose');

/** Appends an intent to the append-only log, before anything else happens. @returns its number there */
async function logged(
  tx: Transaction<Tables>,
  { intent_id, at, type, source, payload_json, correlation_id }: Omit<NewIntent, 'actor'>,
  actor: string,
): Promise<number> {
  const payload = JSON.stringify({ type, source, ...(JSON.parse(payload_json) as object) });
  const open = { id: intent_id, at, source: 'scanner', actor, session_id: null };
  const [link] = await appendLinks(tx, intentChain, [{ ...open, correlation_id, payload }]);
  return link!.seq;
}

const statusOf = { record: 'recorded', propose: 'waiting' } as const;
