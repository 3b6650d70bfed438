import type { Connection } from './connection.ts';

/** How long an answer is kept for repeats of its request. */
export const keepAnswersMs = 48 * 3_600_000;
/** After this long without an answer, whoever was answering is taken to be gone. */
const inFlightMs = 120_000;

export type Repeat =
  | { kind: 'first' }
  | { kind: 'in_flight' }
  | { kind: 'other_request' }
  | { kind: 'answered'; status: number; answer: string };

/** First answers of requests that carry an `Idempotency-Key`, one name space a principal. */
export interface IdempotencyStore {
  /** Claims the key for this request, or says what became of the one before. */
  begin(request: {
    key: string;
    principal: string;
    route: string;
    bodyHash: string;
    now: number;
  }): Promise<Repeat>;
  finish(key: string, principal: string, status: number, answer: string): Promise<void>;
  /** Lets the key go, for an answer that the caller may try to better. */
  abandon(key: string, principal: string): Promise<void>;
  forgetOld(now: number): Promise<void>;
}

export function createIdempotencyStore(connection: Connection): IdempotencyStore {
  return {
    begin: ({ key, principal, route, bodyHash, now }) =>
      connection.write(async (tx): Promise<Repeat> => {
        const known = await tx
          .selectFrom('idempotency')
          .selectAll()
          .where('key', '=', key)
          .where('principal', '=', principal)
          .executeTakeFirst();
        if (known !== undefined) {
          if (known.route !== route || known.body_hash !== bodyHash)
            return { kind: 'other_request' };
          if (known.status !== null && known.answer !== null) {
            return { kind: 'answered', status: known.status, answer: known.answer };
          }
          if (known.created_at > now - inFlightMs) return { kind: 'in_flight' };
          await tx
            .updateTable('idempotency')
            .set({ created_at: now })
            .where('key', '=', key)
            .where('principal', '=', principal)
            .execute();
          return { kind: 'first' };
        }
        const row = { key, principal, route, body_hash: bodyHash, created_at: now };
        await tx
          .insertInto('idempotency')
          .values({ ...row, status: null, answer: null })
          .execute();
        return { kind: 'first' };
      }),
    finish: (key, principal, status, answer) =>
      connection.write(async (tx) => {
        await tx
          .updateTable('idempotency')
          .set({ status, answer })
          .where('key', '=', key)
          .where('principal', '=', principal)
          .execute();
      }),
    abandon: (key, principal) =>
      connection.write(async (tx) => {
        await tx
          .deleteFrom('idempotency')
          .where('key', '=', key)
          .where('principal', '=', principal)
          .where('status', 'is', null)
          .execute();
      }),
    forgetOld: (now) =>
      connection.write(async (tx) => {
        await tx
          .deleteFrom('idempotency')
          .where('created_at', '<', now - keepAnswersMs)
          .execute();
      }),
  };
}
