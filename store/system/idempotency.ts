import { randomBytes } from 'node:crypto';
import type { Connection } from '../core/connection.ts';
import type { Tables } from '../core/schema.ts';

/** How long an answer is kept for repeats of its request. */
export const keepAnswersMs = 48 * 3_600_000;
/** A claim lasts this long unless it is renewed: then whoever was answering is taken to be gone. */
export const claimMs = 3000;

/** The right to answer a request. Who lost it to a later claim can write nothing any more. */
export interface Claim {
  id: string;
  key: string;
  principal: string;
  /**
   * 128 random bits in hex, the same for all who come to answer this request, one after the other: what they do in its
   * name is done once.
   */
  attempt: string;
  /** An earlier one of them came to no answer, and may have done something. */
  again: boolean;
  /** The window that an earlier one of them found to be meant; null where none did. */
  window_id: string | null;
}

export type Repeat =
  | { kind: 'first'; claim: Claim }
  | { kind: 'in_flight' }
  | { kind: 'other_request' }
  | { kind: 'answered'; status: number; answer: string };

/** First answers of requests that carry an `Idempotency-Key`, one name space a principal. Instants in epoch ms. */
export interface IdempotencyStore {
  /** Claims the key for this request, also from one whose claim has run out, or says what became of the one before. */
  begin(request: {
    key: string;
    principal: string;
    route: string;
    bodyHash: string;
    now: number;
  }): Promise<Repeat>;
  /** Whoever has these claims still lives. */
  renew(claimIds: readonly string[], now: number): Promise<void>;
  /** Remembers for repeats which window the request means. */
  about(claim: Claim, windowId: string): Promise<void>;
  finish(claim: Claim, status: number, answer: string): Promise<void>;
  /** Nothing was done: the key is free, for another request too. */
  abandon(claim: Claim): Promise<void>;
  /** Something may have been done: a repeat goes on with it at once. */
  release(claim: Claim): Promise<void>;
  forgetOld(now: number): Promise<void>;
}

const requestKey = ({ key, principal }: Pick<Claim, 'key' | 'principal'>): string =>
  `request/${principal}/${key}`;

const newBits = (): string => randomBytes(16).toString('hex');

export function createIdempotencyStore(connection: Connection): IdempotencyStore {
  /** Changes a request that is not answered yet, as long as the claim on it stands. */
  const change = (claim: Claim, set: Partial<Tables['idempotency']>): Promise<void> =>
    connection.writeUnder([requestKey(claim)], async (tx) => {
      await tx
        .updateTable('idempotency')
        .set(set)
        .where('key', '=', claim.key)
        .where('principal', '=', claim.principal)
        .where('claim', '=', claim.id)
        .where('status', 'is', null)
        .execute();
    });
  return {
    begin: ({ key, principal, route, bodyHash, now }) =>
      connection.writeUnder([requestKey({ key, principal })], async (tx): Promise<Repeat> => {
        const known = await tx
          .selectFrom('idempotency')
          .selectAll()
          .where('key', '=', key)
          .where('principal', '=', principal)
          .executeTakeFirst();
        const attempt = known?.attempt ?? newBits();
        const claim = {
          id: newBits(),
          key,
          principal,
          attempt,
          again: known !== undefined,
          window_id: known?.window_id ?? null,
        };
        const held = { claim: claim.id, attempt, held_until: now + claimMs, created_at: now };
        if (known === undefined) {
          const row = { key, principal, route, body_hash: bodyHash, status: null, answer: null };
          await tx
            .insertInto('idempotency')
            .values({ ...row, ...held, window_id: null })
            .execute();
          return { kind: 'first', claim };
        }
        if (known.route !== route || known.body_hash !== bodyHash) return { kind: 'other_request' };
        if (known.status !== null && known.answer !== null) {
          return { kind: 'answered', status: known.status, answer: known.answer };
        }
        if ((known.held_until ?? 0) > now) return { kind: 'in_flight' };
        const taken = await tx
          .updateTable('idempotency')
          .set(held)
          .where('key', '=', key)
          .where('principal', '=', principal)
          // its holder may renew it at this moment, under no key
          .where('held_until', known.held_until === null ? 'is' : '=', known.held_until)
          .executeTakeFirst();
        return taken.numUpdatedRows === 0n ? { kind: 'in_flight' } : { kind: 'first', claim };
      }),
    renew: (claimIds, now) =>
      connection.writeUnder([], async (tx) => {
        if (claimIds.length === 0) return;
        await tx
          .updateTable('idempotency')
          .set({ held_until: now + claimMs })
          .where('claim', 'in', claimIds)
          .where('status', 'is', null)
          .execute();
      }),
    about: (claim, windowId) => change(claim, { window_id: windowId }),
    finish: (claim, status, answer) => change(claim, { status, answer, claim: null }),
    abandon: (claim) =>
      connection.writeUnder([requestKey(claim)], async (tx) => {
        await tx
          .deleteFrom('idempotency')
          .where('key', '=', claim.key)
          .where('principal', '=', claim.principal)
          .where('claim', '=', claim.id)
          .where('status', 'is', null)
          .execute();
      }),
    release: (claim) => change(claim, { claim: null, held_until: null }),
    forgetOld: (now) =>
      connection.writeUnder([], async (tx) => {
        await tx
          .deleteFrom('idempotency')
          .where('created_at', '<', now - keepAnswersMs)
          .execute();
      }),
  };
}
