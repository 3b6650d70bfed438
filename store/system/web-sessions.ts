import type { NewEvent } from '../../contracts/event.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import type { Tables } from '../core/schema.ts';

/** A signed-in browser, under a token. */
export type WebSession = Tables['web_sessions'];

/** A link that starts one session. */
export type WebSessionLink = Omit<Tables['web_session_links'], 'used_at'>;

export interface WebSessionStore {
  create(session: WebSession, events: NewEvent[]): Promise<void>;
  find(cookieHash: string): Promise<WebSession | null>;
  /** @returns false if there is no such session */
  end(id: string, events: NewEvent[]): Promise<boolean>;
  /** Records the last use of a session and of its token. */
  used(session: Pick<WebSession, 'id' | 'token_id'>, at: number): Promise<void>;
  createLink(link: WebSessionLink, events: NewEvent[]): Promise<void>;
  /** An unused link, which may have expired. */
  findLink(codeHash: string): Promise<WebSessionLink | null>;
  /**
   * Uses up a link and creates its session, in one transaction.
   * @returns false, without a session, if the link was used or expired before the session was created
   */
  exchange(codeHash: string, session: WebSession, events: NewEvent[]): Promise<boolean>;
}

const linkOf = ({ used_at, ...link }: Tables['web_session_links']): WebSessionLink | null =>
  used_at === null ? link : null;

export function createWebSessionStore(
  connection: Connection,
  append: AppendEvents,
): WebSessionStore {
  return {
    create: (session, events) =>
      connection.writeUnder([], async (tx) => {
        await tx.insertInto('web_sessions').values(session).execute();
        await append(tx, events);
      }),
    find: (cookieHash) =>
      connection.read(async (db) => {
        const rows = db.selectFrom('web_sessions').selectAll();
        return (await rows.where('cookie_hash', '=', cookieHash).executeTakeFirst()) ?? null;
      }),
    end: (id, events) =>
      connection.writeUnder([], async (tx) => {
        const removed = await tx.deleteFrom('web_sessions').where('id', '=', id).executeTakeFirst();
        if (removed.numDeletedRows === 0n) return false;
        await append(tx, events);
        return true;
      }),
    used: ({ id, token_id }, at) =>
      connection.writeUnder([], async (tx) => {
        const use = { last_used_at: at };
        await tx.updateTable('web_sessions').set(use).where('id', '=', id).execute();
        await tx.updateTable('tokens').set(use).where('id', '=', token_id).execute();
      }),
    createLink: (link, events) =>
      connection.writeUnder([], async (tx) => {
        await tx
          .insertInto('web_session_links')
          .values({ ...link, used_at: null })
          .execute();
        await append(tx, events);
      }),
    findLink: (codeHash) =>
      connection.read(async (db) => {
        const rows = db.selectFrom('web_session_links').selectAll();
        const row = await rows.where('code_hash', '=', codeHash).executeTakeFirst();
        return row === undefined ? null : linkOf(row);
      }),
    exchange: (codeHash, session, events) =>
      connection.writeUnder([], async (tx) => {
        const used = await tx
          .updateTable('web_session_links')
          .set({ used_at: session.created_at })
          .where('code_hash', '=', codeHash)
          .where('used_at', 'is', null)
          .where('expires_at', '>', session.created_at)
          .executeTakeFirst();
        if (used.numUpdatedRows === 0n) return false;
        await tx.insertInto('web_sessions').values(session).execute();
        await append(tx, events);
        return true;
      }),
  };
}
