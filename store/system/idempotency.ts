import { randomBytes } from 'node:crypto';
import type { Connection } from '../core/connection.ts';
import type { Tables } from '../core/schema.ts';

/** How long a response is kept for repeats of its request. */
export const keepAnswersMs = 48 * 3_600_000;
/** A claim expires after this time unless it is renewed: its process is then taken to be dead. */
export const claimMs = 3000;

/** The right to answer a request. A claim that a later one has replaced cannot write any more. */
export interface Claim {
  id: string;
  key: string;
  principal: string;
  /**
   * 128 random bits in hex, the same for every claim on this request, so that an effect that carries them happens once.
   */
  attempt: string;
  /** Whether an earlier claim ended without a response: its work may have started. */
  again: boolean;
  /** The window that an earlier claim resolved the request to; null if none did. */
  window_id: string | null;
}

export type Repeat =
  | { kind: 'first'; claim: Claim }
  | { kind: 'in_flight' }
  | { kind: 'other_request' }
  | { kind: 'answered'; status: number; answer: string };

/**
 * First responses to requests that carry an `Idempotency-Key`; each principal has its own namespace. Instants in epoch
 * ms.
 */
export interface IdempotencyStore {
  /** Claims the key, also after an earlier claim expired, or returns the state of the earlier request that holds it. */
  begin(request: {
    key: string;
    principal: string;
    route: string;
    bodyHash: string;
    now: number;
  }): Promise<Repeat>;
  /** Extends these claims: their process is alive. */
  renew(claimIds: readonly string[], now: number): Promise<void>;
  /** Records for repeats which window the request resolved to. */
  about(claim: Claim, windowId: string): Promise<void>;
  finish(claim: Claim, status: number, answer: string): Promise<void>;
  /** Nothing happened: frees the key, also for another request. */
  release(claim: Claim): Promise<void>;
  /** Work may have started: a repeat continues it at once. */
  keepResumable(claim: Claim): Promise<void>;
  forgetOld(now: number): Promise<void>;
}

const requestKey = ({ key, principal }: Pick<Claim, 'key' | 'principal'>): string =>
  `request/${principal}/${key}`;

const newBits = (): string => randomBytes(16).toString('hex');

export function createIdempotencyStore(connection: Connection): IdempotencyStore {
  /** Changes a request that has no response yet, if the claim still holds it. */
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
          // its holder may renew it at the same moment, since a renewal takes no lock
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
    release: (claim) =>
      connection.writeUnder([requestKey(claim)], async (tx) => {
        await tx
          .deleteFrom('idempotency')
          .where('key', '=', claim.key)
          .where('principal', '=', claim.principal)
          .where('claim', '=', claim.id)
          .where('status', 'is', null)
          .execute();
      }),
    keepResumable: (claim) => change(claim, { claim: null, held_until: null }),
    forgetOld: (now) =>
      connection.writeUnder([], async (tx) => {
        await tx
          .deleteFrom('idempotency')
          .where('created_at', '<', now - keepAnswersMs)
          .execute();
      }),
  };
}
