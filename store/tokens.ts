import type { NewEvent } from '../contracts/event.ts';
import type { TokenScope, TokenView } from '../contracts/token.ts';
import type { Connection } from './connection.ts';
import type { AppendEvents } from './events.ts';
import type { Tables } from './schema.ts';

/** What is kept of a token: never its secret, only the secret's SHA-256 in hex. Instants in epoch ms. */
export interface StoredToken {
  id: string;
  name: string;
  scope: TokenScope;
  secret_hash: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
}

export interface TokenStore {
  create(token: StoredToken, events: NewEvent[]): Promise<void>;
  find(id: string): Promise<StoredToken | null>;
  list(): Promise<TokenView[]>;
  /** From `at` on it is refused. @returns false when there is no such token. */
  revoke(id: string, at: number, events: NewEvent[]): Promise<boolean>;
  /** Lets a token end at `at`, if it does not end sooner. */
  expireAt(id: string, at: number): Promise<void>;
  used(id: string, at: number): Promise<void>;
}

const instant = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

const toStored = (row: Tables['tokens']): StoredToken => ({
  ...row,
  scope: row.scope as TokenScope,
});

export const tokenViewOf = (token: StoredToken): TokenView => ({
  token_id: token.id,
  name: token.name,
  scope: token.scope,
  created_at: new Date(token.created_at).toISOString(),
  expires_at: instant(token.expires_at),
  revoked_at: instant(token.revoked_at),
  last_used_at: instant(token.last_used_at),
});

export function createTokenStore(connection: Connection, append: AppendEvents): TokenStore {
  return {
    create: (token, events) =>
      connection.write(async (tx) => {
        await tx.insertInto('tokens').values(token).execute();
        await append(tx, events);
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
      connection.write(async (tx) => {
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
    expireAt: (id, at) =>
      connection.write(async (tx) => {
        await tx
          .updateTable('tokens')
          .set({ expires_at: at })
          .where('id', '=', id)
          .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
          .execute();
      }),
    used: (id, at) =>
      connection.write(async (tx) => {
        await tx.updateTable('tokens').set({ last_used_at: at }).where('id', '=', id).execute();
      }),
  };
}
