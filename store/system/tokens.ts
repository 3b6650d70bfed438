import type { NewEvent } from '../../contracts/event.ts';
import {
  nameKeyOf,
  type AgentConfirms,
  type AgentOfToken,
  type TokenScope,
  type TokenView,
} from '../../contracts/token.ts';
import { isoTime, isoTimeOrNull } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import type { Tables } from '../core/schema.ts';

/** What is kept of a token: never its secret, only the secret's SHA-256 in hex. Instants in epoch ms. */
export interface StoredToken {
  id: string;
  name: string;
  scope: TokenScope;
  /** Null unless the scope is agent. */
  agent: AgentOfToken | null;
  /** Only for scope agent. */
  confirms: AgentConfirms | null;
  secret_hash: string;
  created_at: number;
  /** The name of who made it; null before that was recorded. */
  created_by: string | null;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  /** The first token in the chain of rotations: the identity behind the token, independent of its name. */
  principal: string;
}

export type NewToken = Omit<StoredToken, 'principal' | 'agent' | 'confirms' | 'created_by'> &
  Partial<Pick<StoredToken, 'agent' | 'confirms' | 'created_by'>>;

/** The conditions for a new token, and which one it replaces. */
export interface TokenRules {
  /** The instant at which other tokens have to be live to count. Epoch ms. */
  now: number;
  /** The replaced token expires at `at` (epoch ms), if it does not expire sooner. */
  replaces: { id: string; at: number } | null;
}

export interface TokenStore {
  /**
   * Creates a token and ends the one that it replaces, in one transaction. With rules, no other live token may have its
   * name; if it replaces a token, neither that one nor tokens that were replaced before count.
   */
  create(
    token: NewToken,
    events: NewEvent[],
    rules?: TokenRules,
  ): Promise<'created' | 'name_taken' | 'unknown_token'>;
  find(id: string): Promise<StoredToken | null>;
  list(): Promise<TokenView[]>;
  /** Refuses the token from `at` (epoch ms) on. @returns false if there is no such token */
  revoke(id: string, at: number, events: NewEvent[]): Promise<boolean>;
  used(id: string, at: number): Promise<void>;
}

const toStored = (row: Tables['tokens']): StoredToken => ({
  id: row.id,
  name: row.name,
  scope: row.scope as TokenScope,
  agent: row.agent_host === null ? null : { host: row.agent_host, person: row.agent_person ?? '' },
  confirms: row.confirms as AgentConfirms | null,
  secret_hash: row.secret_hash,
  created_at: row.created_at,
  created_by: row.created_by,
  expires_at: row.expires_at,
  revoked_at: row.revoked_at,
  last_used_at: row.last_used_at,
  principal: row.principal ?? row.id,
});

type Transaction = Parameters<Parameters<Connection['write']>[0]>[0];

async function refusalOf(
  tx: Transaction,
  name: string,
  { now, replaces }: TokenRules,
): Promise<'name_taken' | 'unknown_token' | null> {
  const rows = await tx
    .selectFrom('tokens')
    .select(['id', 'name', 'expires_at', 'revoked_at', 'replaced_by'])
    .execute();
  if (replaces !== null && !rows.some(({ id }) => id === replaces.id)) return 'unknown_token';
  const isTaken = rows.some(
    (row) =>
      row.id !== replaces?.id &&
      (replaces === null || row.replaced_by === null) &&
      row.revoked_at === null &&
      (row.expires_at ?? Infinity) > now &&
      nameKeyOf(row.name) === nameKeyOf(name),
  );
  return isTaken ? 'name_taken' : null;
}

async function replace(
  tx: Transaction,
  { id, at }: { id: string; at: number },
  by: string,
): Promise<void> {
  await tx.updateTable('tokens').set({ replaced_by: by }).where('id', '=', id).execute();
  await tx
    .updateTable('tokens')
    .set({ expires_at: at })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .execute();
}

async function principalOf(tx: Transaction, id: string): Promise<string> {
  const query = tx.selectFrom('tokens').select('principal').where('id', '=', id);
  return (await query.executeTakeFirst())?.principal ?? id;
}

export const tokenViewOf = (token: NewToken): TokenView => ({
  token_id: token.id,
  name: token.name,
  scope: token.scope,
  agent: token.agent ?? null,
  confirms: token.confirms ?? null,
  created_at: isoTime(token.created_at),
  created_by: token.created_by ?? null,
  expires_at: isoTimeOrNull(token.expires_at),
  revoked_at: isoTimeOrNull(token.revoked_at),
  last_used_at: isoTimeOrNull(token.last_used_at),
});

export function createTokenStore(connection: Connection, append: AppendEvents): TokenStore {
  return {
    create: (token, events, rules) =>
      connection.writeUnder(['tokens'], async (tx) => {
        if (rules !== undefined) {
          const refusal = await refusalOf(tx, token.name, rules);
          if (refusal !== null) return refusal;
          if (rules.replaces !== null) await replace(tx, rules.replaces, token.id);
        }
        const before = rules?.replaces?.id;
        const principal = before === undefined ? token.id : await principalOf(tx, before);
        const { agent, confirms, ...row } = token;
        await tx
          .insertInto('tokens')
          .values({
            ...row,
            principal,
            agent_host: agent?.host ?? null,
            agent_person: agent?.person ?? null,
            confirms: confirms ?? null,
            created_by: token.created_by ?? null,
          })
          .execute();
        await append(tx, events);
        return 'created';
      }),
    find: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('tokens')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : toStored(row);
      }),
    list: () =>
      connection.read(async (db) => {
        const rows = await db.selectFrom('tokens').selectAll().orderBy('created_at').execute();
        return rows.map((row) => tokenViewOf(toStored(row)));
      }),
    revoke: (id, at, events) =>
      connection.writeUnder([], async (tx) => {
        const result = await tx
          .updateTable('tokens')
          .set({ revoked_at: at })
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .executeTakeFirst();
        if (result.numUpdatedRows > 0n) {
          await append(tx, events);
          return true;
        }
        const known = await tx.selectFrom('tokens').select('id').where('id', '=', id).execute();
        return known.length > 0;
      }),
    used: (id, at) =>
      connection.writeUnder([], async (tx) => {
        await tx.updateTable('tokens').set({ last_used_at: at }).where('id', '=', id).execute();
      }),
  };
}
