import type { Transaction } from 'kysely';
import type { Colony, ColonyEvent } from '../../contracts/inee.ts';
import { isoTime } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import type { Tables } from '../core/schema.ts';

/** How long an audit event is kept, in ms: 30 days. */
const auditMs = 30 * 86_400_000;

/** A colony as it is stored; its stage follows from `life` and the time. Instants in epoch ms. */
export interface StoredColony extends Pick<Colony, 'colony_id' | 'remote_url' | 'registered_by'> {
  life: unknown;
  heartbeats: number;
  intents: number;
  agent_count: number;
  registered_at: number;
}

export type NewColonyEvent = Omit<ColonyEvent, 'at'> & { at: number };

/** Colonies, their agents, their nonces, and an audit of what they did. Nothing else in the store needs these tables. */
export interface IneeStore {
  /** Adds a colony, or changes its URL. */
  register(
    colony: { colony_id: string; remote_url: string | null; life: unknown },
    event: NewColonyEvent,
  ): Promise<StoredColony>;
  /** Adds an agent, or changes its type. @returns false if its colony is not registered */
  registerAgent(agent: Tables['hormiguero_inee_agents'], event: NewColonyEvent): Promise<boolean>;
  find(colonyId: string): Promise<StoredColony | null>;
  /** In the order of their names. */
  colonies(): Promise<StoredColony[]>;
  /** Counts a heartbeat and replaces the life. @returns null if the colony is not registered */
  beat(
    colonyId: string,
    next: (life: unknown) => { life: unknown; event: NewColonyEvent | null },
  ): Promise<StoredColony | null>;
  /** Counts an intent, unless the audit has it already: a colony that gets no answer sends it again. */
  countIntent(
    colonyId: string,
    event: NewColonyEvent & { detail: { intent_id: string } },
  ): Promise<void>;
  /**
   * Claims a nonce of a colony: of all claims at once, in all processes, one succeeds. Removes nonces from before
   * `forgetBefore` (epoch ms).
   */
  claimNonce(colonyId: string, nonce: string, now: number, forgetBefore: number): Promise<boolean>;
  /** Newest first. */
  events(limit: number): Promise<ColonyEvent[]>;
  /** How many intents with this source wait in the rails. */
  pending(source: string): Promise<number>;
}

/** Its writes are rare and small, so that they run one at a time. */
const key = ['hormiguero_inee'];

const coloniesOf = (db: Pick<Transaction<Tables>, 'selectFrom'>) =>
  db
    .selectFrom('hormiguero_inee_colonies as colony')
    .selectAll('colony')
    .select((eb) =>
      eb
        .selectFrom('hormiguero_inee_agents as agent')
        .whereRef('agent.colony_id', '=', 'colony.colony_id')
        .select(({ fn }) => fn.countAll<number | string>().as('count'))
        .as('agent_count'),
    );

type Row = Tables['hormiguero_inee_colonies'] & { agent_count: number | string | null };

const toColony = ({ life, agent_count, ...row }: Row): StoredColony => ({
  ...row,
  life: JSON.parse(life) as unknown,
  agent_count: Number(agent_count),
});

async function one(
  db: Pick<Transaction<Tables>, 'selectFrom'>,
  id: string,
): Promise<StoredColony | null> {
  const row = await coloniesOf(db).where('colony_id', '=', id).executeTakeFirst();
  return row === undefined ? null : toColony(row);
}

/** Appends an event, and removes those that are too old. */
async function append(tx: Transaction<Tables>, event: NewColonyEvent): Promise<void> {
  const newest = await tx
    .selectFrom('hormiguero_inee_audit_events')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst();
  const row = { ...event, seq: (newest?.seq ?? 0) + 1, detail: JSON.stringify(event.detail) };
  await tx.insertInto('hormiguero_inee_audit_events').values(row).execute();
  await tx
    .deleteFrom('hormiguero_inee_audit_events')
    .where('at', '<', event.at - auditMs)
    .execute();
}

export function createIneeStore(connection: Connection): IneeStore {
  const write = <T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> =>
    connection.writeUnder(key, work);
  return {
    register: ({ colony_id, remote_url, life }, event) =>
      write(async (tx) => {
        const row = {
          colony_id,
          remote_url,
          life: JSON.stringify(life),
          heartbeats: 0,
          intents: 0,
          registered_at: event.at,
          registered_by: event.actor,
        };
        await tx
          .insertInto('hormiguero_inee_colonies')
          .values(row)
          .onConflict((conflict) => conflict.column('colony_id').doUpdateSet({ remote_url }))
          .execute();
        await append(tx, event);
        return (await one(tx, colony_id))!;
      }),
    registerAgent: (agent, event) =>
      write(async (tx) => {
        if ((await one(tx, agent.colony_id)) === null) return false;
        const { agent_type } = agent;
        await tx
          .insertInto('hormiguero_inee_agents')
          .values(agent)
          .onConflict((conflict) =>
            conflict.columns(['colony_id', 'agent_id']).doUpdateSet({ agent_type }),
          )
          .execute();
        await append(tx, event);
        return true;
      }),
    find: (id) => connection.read((db) => one(db, id)),
    colonies: () =>
      connection.read(async (db) =>
        (await coloniesOf(db).orderBy('colony_id').execute()).map(toColony),
      ),
    beat: (id, next) =>
      write(async (tx) => {
        const known = await one(tx, id);
        if (known === null) return null;
        const { life, event } = next(known.life);
        await tx
          .updateTable('hormiguero_inee_colonies')
          .set({ life: JSON.stringify(life), heartbeats: known.heartbeats + 1 })
          .where('colony_id', '=', id)
          .execute();
        if (event !== null) await append(tx, event);
        return { ...known, life, heartbeats: known.heartbeats + 1 };
      }),
    countIntent: (id, event) =>
      write(async (tx) => {
        const known = await tx
          .selectFrom('hormiguero_inee_audit_events')
          .select('detail')
          .where('colony_id', '=', id)
          .where('what', '=', event.what)
          .where('correlation_id', '=', event.correlation_id)
          .execute();
        const { intent_id } = event.detail;
        const isSame = ({ detail }: { detail: string }): boolean =>
          (JSON.parse(detail) as { intent_id?: string }).intent_id === intent_id;
        if (known.some(isSame)) return;
        await tx
          .updateTable('hormiguero_inee_colonies')
          .set((eb) => ({ intents: eb('intents', '+', 1) }))
          .where('colony_id', '=', id)
          .execute();
        await append(tx, event);
      }),
    claimNonce: (colony_id, nonce, now, forgetBefore) =>
      connection.writeUnder([], async (tx) => {
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('hormiguero_inee_nonces')
          .values({ colony_id, nonce, at: now })
          .onConflict((conflict) => conflict.columns(['colony_id', 'nonce']).doNothing())
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows !== 1n) return false;
        await tx.deleteFrom('hormiguero_inee_nonces').where('at', '<', forgetBefore).execute();
        return true;
      }),
    events: (limit) =>
      connection.read(async (db) => {
        const query = db.selectFrom('hormiguero_inee_audit_events').selectAll();
        const rows = await query.orderBy('seq', 'desc').limit(limit).execute();
        return rows.map((row) => {
          const { seq: _, ...event } = row;
          return {
            ...event,
            at: isoTime(event.at),
            what: event.what as ColonyEvent['what'],
            detail: JSON.parse(event.detail) as Record<string, unknown>,
          };
        });
      }),
    pending: (source) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('rails_intents')
          .select(({ fn }) => fn.countAll<number | string>().as('count'))
          .where('source', '=', source)
          .where('status', '=', 'waiting')
          .executeTakeFirst();
        return Number(row?.count ?? 0);
      }),
  };
}
