import type {
  ChatMode,
  SessionSummary,
  SessionTopic,
  SessionTurn,
  SessionView,
} from '../../contracts/chat.ts';
import type { Who } from '../../contracts/principal.ts';
import { isoTime } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import type { Tables } from '../core/schema.ts';

/** The number of turns that are kept of a session. */
export const keptTurns = 50;

/** One message and its response. */
export type NewTurn = Omit<SessionTurn, 'seq' | 'at'> & { at: number };

/** What is known of the whole session after a turn: its mode, its topic and a short summary. */
export interface SessionDigest {
  mode: ChatMode;
  topic: SessionTopic;
  summary: string;
}

/** Chat sessions with madre; each person, which is a principal, has their own namespace. */
export interface SessionStore {
  find(owner: Who, id: string): Promise<SessionView | null>;
  /** The sessions of a person, the newest turn first. */
  list(owner: Who, limit: number): Promise<SessionSummary[]>;
  /** The mode of the session; null before its first turn. */
  modeOf(owner: Who, id: string): Promise<ChatMode | null>;
  /** Appends a turn and removes turns beyond the newest 50. `digest` gets up to three newest turns, oldest first. */
  append(
    owner: Who,
    id: string,
    turn: NewTurn,
    digest: (recent: SessionTurn[]) => SessionDigest,
  ): Promise<void>;
  count(): Promise<number>;
}

/** The key of a person's sessions. A name alone is no key of a principal: another token may have it later. */
const keyOf = ({ name, principal }: Who): string => principal ?? `name:${name}`;

const toTurn = (row: Tables['session_turns']): SessionTurn => ({
  seq: row.seq,
  at: isoTime(row.at),
  actor: row.actor,
  message: row.message,
  response: row.response,
  status: row.status as SessionTurn['status'],
  intent_id: row.intent_id,
  plan_id: row.plan_id,
});

export function createSessionStore(connection: Connection): SessionStore {
  return {
    find: (who, id) =>
      connection.read(async (db) => {
        const owner = keyOf(who);
        const session = await db
          .selectFrom('sessions')
          .selectAll()
          .where('owner', '=', owner)
          .where('id', '=', id)
          .executeTakeFirst();
        if (session === undefined) return null;
        const turns = await db
          .selectFrom('session_turns')
          .selectAll()
          .where('owner', '=', owner)
          .where('session_id', '=', id)
          .orderBy('seq')
          .execute();
        return {
          session_id: id,
          user_id: session.owner_name ?? who.name,
          mode: session.mode as ChatMode,
          topic: session.topic as SessionTopic,
          summary: session.summary,
          message_count: session.turns,
          created_at: isoTime(session.created_at),
          updated_at: isoTime(session.updated_at),
          messages: turns.map(toTurn),
        };
      }),
    list: (who, limit) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('sessions as s')
          .select(['s.id', 's.created_at', 's.updated_at', 's.turns'])
          .select(({ selectFrom }) =>
            selectFrom('session_turns as t')
              .select('t.message')
              .whereRef('t.owner', '=', 's.owner')
              .whereRef('t.session_id', '=', 's.id')
              .orderBy('t.seq')
              .limit(1)
              .as('first'),
          )
          .where('s.owner', '=', keyOf(who))
          .orderBy('s.updated_at', 'desc')
          .limit(limit)
          .execute();
        return rows.map((row) => ({
          session_id: row.id,
          started_at: isoTime(row.created_at),
          last_at: isoTime(row.updated_at),
          messages: row.turns,
          first_message: row.first ?? '',
        }));
      }),
    modeOf: (who, id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('sessions')
          .select('mode')
          .where('owner', '=', keyOf(who))
          .where('id', '=', id)
          .executeTakeFirst();
        return (row?.mode ?? null) as ChatMode | null;
      }),
    append: (who, id, turn, digest) => {
      const owner = keyOf(who);
      return connection.writeUnder([`session/${owner}/${id}`], async (tx) => {
        const mine = tx
          .selectFrom('session_turns')
          .selectAll()
          .where('owner', '=', owner)
          .where('session_id', '=', id);
        const recent = await mine.orderBy('seq', 'desc').limit(3).execute();
        const seq = (recent[0]?.seq ?? 0) + 1;
        const row = { ...turn, owner, session_id: id, seq };
        await tx.insertInto('session_turns').values(row).execute();
        const said = digest([row, ...recent].slice(0, 3).toReversed().map(toTurn));
        const known = { ...said, turns: seq, updated_at: turn.at, owner_name: who.name };
        await tx
          .insertInto('sessions')
          .values({ owner, id, ...known, created_at: turn.at })
          .onConflict((conflict) => conflict.columns(['owner', 'id']).doUpdateSet(known))
          .execute();
        if (seq <= keptTurns) return;
        await tx
          .deleteFrom('session_turns')
          .where('owner', '=', owner)
          .where('session_id', '=', id)
          .where('seq', '<=', seq - keptTurns)
          .execute();
      });
    },
    count: () =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('sessions')
          .select((eb) => eb.fn.countAll<number | string>().as('count'))
          .executeTakeFirst();
        return Number(row?.count ?? 0);
      }),
  };
}
