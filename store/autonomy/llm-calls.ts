import type { Connection } from '../core/connection.ts';
import type { Tables } from '../core/schema.ts';

export type StoredLlmCall = Tables['llm_calls'];

/** Calls to language models and their costs, never their text. */
export interface LlmCallStore {
  record(call: StoredLlmCall): Promise<void>;
  /** The usage of calls since an instant (epoch ms), of one account if it is given. */
  spent(of: { since: number; account?: string }): Promise<{
    calls: number;
    tokens: number;
    cost_usd: number;
  }>;
  /** The newest calls since an instant (epoch ms), of one account if it is given. */
  list(of: {
    since: number;
    account?: string | undefined;
    limit: number;
  }): Promise<LlmCallFigures[]>;
}

/** What a call cost, and how long it took. */
export type LlmCallFigures = Pick<
  StoredLlmCall,
  'provider' | 'model' | 'outcome' | 'tokens_in' | 'tokens_out' | 'cost_usd' | 'latency_ms'
>;

/** The start of the UTC day of `now`, for which a budget counts. Both in epoch ms. */
export const startOfDay = (now: number): number => Math.floor(now / 86_400_000) * 86_400_000;

export function createLlmCallStore(connection: Connection): LlmCallStore {
  return {
    record: (call) =>
      connection.writeUnder([], async (tx) => {
        await tx.insertInto('llm_calls').values(call).execute();
      }),
    spent: ({ since, account }) =>
      connection.read(async (db) => {
        let query = db
          .selectFrom('llm_calls')
          .select(({ fn }) => [
            fn.countAll().as('calls'),
            fn.sum('tokens_in').as('tokens_in'),
            fn.sum('tokens_out').as('tokens_out'),
            fn.sum('cost_usd').as('cost_usd'),
          ])
          .where('at', '>=', since);
        if (account !== undefined) query = query.where('account', '=', account);
        const row = await query.executeTakeFirstOrThrow();
        return {
          calls: Number(row.calls),
          tokens: Number(row.tokens_in ?? 0) + Number(row.tokens_out ?? 0),
          cost_usd: Number(row.cost_usd ?? 0),
        };
      }),
    list: ({ since, account, limit }) =>
      connection.read(async (db) => {
        let query = db
          .selectFrom('llm_calls')
          .select([
            'provider',
            'model',
            'outcome',
            'tokens_in',
            'tokens_out',
            'cost_usd',
            'latency_ms',
          ])
          .where('at', '>=', since)
          .orderBy('at', 'desc')
          .limit(limit);
        if (account !== undefined) query = query.where('account', '=', account);
        return query.execute();
      }),
  };
}
