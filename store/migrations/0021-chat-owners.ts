import { sql, type Kysely } from 'kysely';
import type { Tables } from '../core/schema.ts';
import { contextView } from './0006-task-views.ts';
import type { Migration } from './index.ts';

/** The admin token of the environment, which is not in the store: its name and its principal. */
const environment = { name: 'admin', principal: 'token-environment' };

/** A turn of a chat, with the principal of its plan if it has one. */
interface Turn {
  seq: number;
  at: number;
  principal: string | null;
}

/** A token's name, its principal, and when it was valid. */
interface Named {
  name: string;
  principal: string;
  from: number;
  until: number;
}

/** The principals that had a name at an instant. */
const holdersOf = (tokens: Named[], name: string, at: number): string[] => [
  ...new Set(
    tokens
      .filter((one) => one.name === name && one.from <= at && at < one.until)
      .map(({ principal }) => principal),
  ),
];

/** Who had the chat whose turns these are: the principal of each turn, or null where it cannot be decided. */
function decide(name: string, turns: Turn[], tokens: Named[]): (string | null)[] {
  const found = turns.map(({ at, principal }) => {
    if (principal !== null) return principal;
    const holders = holdersOf(tokens, name, at);
    return holders.length === 1 ? holders[0]! : null;
  });
  const known = new Set(found.filter((one) => one !== null));
  const [only] = known.size === 1 ? known : [null];
  return found.map((one) => one ?? only ?? null);
}

async function moveSession(
  db: Kysely<Tables>,
  session: Tables['sessions'],
  tokens: Named[],
): Promise<void> {
  const { owner: name, id } = session;
  const rows = await db
    .selectFrom('session_turns as t')
    .leftJoin('plans as p', 'p.id', 't.plan_id')
    .select(['t.seq', 't.at', 'p.actor_id as principal'])
    .where('t.owner', '=', name)
    .where('t.session_id', '=', id)
    .orderBy('t.seq')
    .execute();
  const turns = rows.length > 0 ? rows : [{ seq: 0, at: session.created_at, principal: null }];
  const principals = decide(name, turns, tokens);
  const parts = Map.groupBy(turns, (turn) => principals[turns.indexOf(turn)] ?? `name:${name}`);
  await db.deleteFrom('sessions').where('owner', '=', name).where('id', '=', id).execute();
  for (const [owner, mine] of parts) {
    const [first, last] = [mine[0]!, mine.at(-1)!];
    const alone = parts.size === 1;
    const part = alone
      ? {}
      : { summary: '', turns: last.seq, created_at: first.at, updated_at: last.at };
    const row = { ...session, ...part, owner, owner_name: name };
    await db.insertInto('sessions').values(row).execute();
    await db
      .updateTable('session_turns')
      .set({ owner })
      .where('owner', '=', name)
      .where('session_id', '=', id)
      .where(
        'seq',
        'in',
        mine.map(({ seq }) => seq),
      )
      .execute();
  }
}

/**
 * A chat belongs to the principal of its token. Before, it belonged to the token's name, which a later token may have. The
 * plans of its turns say who had it, or else the tokens that had the name at that time; a chat of which neither says it
 * belongs to nobody. A chat of two people with one name is divided.
 */
export const chatOwners: Migration = {
  name: '0021-chat-owners',
  async up(db, kind) {
    await sql.raw('alter table sessions add column owner_name text').execute(db);
    await sql.raw('create index sessions_newest on sessions (owner, updated_at desc)').execute(db);
    const rows = await db
      .selectFrom('tokens')
      .select(['id', 'name', 'principal', 'created_at', 'expires_at', 'revoked_at'])
      .execute();
    const tokens: Named[] = rows.map((row) => ({
      name: row.name,
      principal: row.principal ?? row.id,
      from: row.created_at,
      until: Math.min(row.expires_at ?? Infinity, row.revoked_at ?? Infinity),
    }));
    tokens.push({ ...environment, from: 0, until: Infinity });
    const sessions = await db.selectFrom('sessions').selectAll().execute();
    for (const session of sessions) await moveSession(db, session, tokens);

    await sql.raw('drop view context').execute(db);
    const [step, actor] =
      kind === 'sqlite'
        ? [`json_remove(s.record, '$.params.code')`, `json_extract(p.view, '$.actor')`]
        : ['vx11_without_code(s.record)', `vx11_member(p.view, 'actor')`];
    const owner = `coalesce(p.actor_id, 'name:' || ${actor})`;
    await sql.raw(contextView(kind, step, owner)).execute(db);
  },
};
