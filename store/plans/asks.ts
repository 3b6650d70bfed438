import type { Transaction } from 'kysely';
import type { PlanView } from '../../contracts/plan.ts';
import type { Tables } from '../core/schema.ts';

/** The largest number of an agent's plans that wait at once: more would tire the people who have to read them. */
export const mostWaiting = 5;
/** How long the same content is not asked for again after a person rejected it. */
export const rejectedForMs = 600_000;

/** Something that an agent asks for. */
export interface Ask {
  /** The hash of its content: the same for every plan that would do the same. */
  content_hash: string;
  /** Epoch ms. */
  now: number;
}

/** Why a plan of an agent was not stored. */
export type AskRefusal =
  /** The same request was stored before, or the same content waits already. */
  | { kind: 'same'; plan_id: string }
  | { kind: 'too_many'; plan_ids: string[] }
  /** A person rejected the same content; `until` is in epoch ms. */
  | { kind: 'rejected'; plan_id: string; until: number };

/** Decides whether an agent's plan may be stored. The caller holds the asker's key. */
export async function refusalOfAsk(
  tx: Transaction<Tables>,
  planId: string,
  asker: string,
  { content_hash, now }: Ask,
): Promise<AskRefusal | null> {
  const known = await tx
    .selectFrom('plans')
    .select('id')
    .where('id', '=', planId)
    .executeTakeFirst();
  if (known !== undefined) return { kind: 'same', plan_id: planId };
  const asked = tx.selectFrom('plans').where('actor_id', '=', asker);
  const waiting = await asked
    .select(['id', 'content_hash'])
    .where('content_hash', 'is not', null)
    .where('status', '=', 'WAITING')
    .orderBy('created_at')
    .execute();
  const same = waiting.find((one) => one.content_hash === content_hash);
  if (same !== undefined) return { kind: 'same', plan_id: same.id };
  if (waiting.length >= mostWaiting) {
    return { kind: 'too_many', plan_ids: waiting.map(({ id }) => id) };
  }
  const rejected = await asked
    .select(['id', 'view'])
    .where('content_hash', '=', content_hash)
    .where('status', '=', 'REJECTED')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (rejected === undefined) return null;
  const { ended_by, finished_at } = JSON.parse(rejected.view) as PlanView;
  const until = Date.parse(finished_at ?? '') + rejectedForMs;
  // madre rejects what nobody decided in time, which is no answer
  if (ended_by === 'madre' || ended_by === null || !(until > now)) return null;
  return { kind: 'rejected', plan_id: rejected.id, until };
}
