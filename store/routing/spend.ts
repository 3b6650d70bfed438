import type { Connection } from '../core/connection.ts';

/** What an account has used on one day. */
export interface Spend {
  reserved_usd: number;
  spent_usd: number;
  tokens: number;
  requests: number;
}

/** An account on one of its days, and what it may use in it; null: no limit. */
export interface LimitedAccount {
  account: string;
  /** Such as `2026-11-29`. */
  day: string;
  limit_usd: number | null;
  limit_requests: number | null;
  limit_tokens: number | null;
}

/** What a request used in the end, beyond the request and the tokens that its reservation counted. */
export interface Settlement {
  account: string;
  /** The day of its reservation. */
  day: string;
  reserved_usd: number;
  spent_usd: number;
  tokens: number;
  requests: number;
}

/** Money, tokens and requests by account and day. They are reserved before they are used, so that requests at once stay below a limit. */
export interface SpendStore {
  of(day: string): Promise<Map<string, Spend>>;
  /**
   * Reserves one request with its money and its tokens in every account, or in none.
   * @returns null, or the first account whose limit it would pass
   */
  reserve(
    wanted: { usd: number; tokens: number },
    accounts: readonly LimitedAccount[],
  ): Promise<string | null>;
  /** Turns reservations into what was spent, in one transaction. */
  settle(settlements: readonly Settlement[]): Promise<void>;
  /** Counts reservations of a process that ended as spent: what it had sent may have been answered. */
  closeReservations(): Promise<void>;
}

const unused = { reserved_usd: 0, spent_usd: 0, tokens: 0, requests: 0 };

/** Undoes the transaction of a reservation that passes a limit. */
class LimitPassed extends Error {
  readonly account: string;

  constructor(account: string) {
    super(account);
    this.account = account;
  }
}

/** One settlement for each account and day: a busy second has hundreds of the same three. */
function summed(settlements: readonly Settlement[]): Settlement[] {
  const sums = new Map<string, Settlement>();
  for (const one of settlements) {
    const name = `${one.day} ${one.account}`;
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { ...one });
    else for (const field of amounts) sum[field] += one[field];
  }
  return [...sums.values()];
}
const amounts = ['reserved_usd', 'spent_usd', 'tokens', 'requests'] as const;

export function createSpendStore(connection: Connection): SpendStore {
  return {
    of: (day) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('routing_spend')
          .selectAll()
          .where('day', '=', day)
          .execute();
        return new Map(rows.map(({ account, day: _day, ...row }) => [account, row]));
      }),
    reserve: ({ usd, tokens }, accounts) =>
      connection
        .writeUnder(
          accounts.map(({ account }) => `routing_spend/${account}`),
          async (tx) => {
            for (const { account, day, ...limit } of accounts) {
              await tx
                .insertInto('routing_spend')
                .values({ account, day, ...unused })
                .onConflict((conflict) => conflict.columns(['account', 'day']).doNothing())
                .execute();
              const { numUpdatedRows } = await tx
                .updateTable('routing_spend')
                .set((row) => ({
                  reserved_usd: row('reserved_usd', '+', usd),
                  tokens: row('tokens', '+', tokens),
                  requests: row('requests', '+', 1),
                }))
                .where('account', '=', account)
                .where('day', '=', day)
                .where((row) =>
                  row.and([
                    ...(limit.limit_usd === null
                      ? []
                      : [
                          row(
                            row('reserved_usd', '+', row.ref('spent_usd')),
                            '<=',
                            limit.limit_usd - usd,
                          ),
                        ]),
                    ...(limit.limit_tokens === null
                      ? []
                      : [row('tokens', '<=', limit.limit_tokens - tokens)]),
                    ...(limit.limit_requests === null
                      ? []
                      : [row('requests', '<', limit.limit_requests)]),
                  ]),
                )
                .executeTakeFirst();
              if (numUpdatedRows === 0n) throw new LimitPassed(account);
            }
            return null;
          },
        )
        .catch((error: unknown) => {
          const cause = error instanceof Error ? (error.cause ?? error) : error;
          if (cause instanceof LimitPassed) return cause.account;
          throw error;
        }),
    settle: (settlements) =>
      connection.writeUnder(
        [...new Set(settlements.map(({ account }) => `routing_spend/${account}`))].toSorted(),
        async (tx) => {
          for (const { account, day, reserved_usd, ...used } of summed(settlements)) {
            await tx
              .insertInto('routing_spend')
              .values({ account, day, ...unused, ...used })
              .onConflict((conflict) =>
                conflict.columns(['account', 'day']).doUpdateSet((row) => ({
                  reserved_usd: row('routing_spend.reserved_usd', '-', reserved_usd),
                  spent_usd: row('routing_spend.spent_usd', '+', used.spent_usd),
                  tokens: row('routing_spend.tokens', '+', used.tokens),
                  requests: row('routing_spend.requests', '+', used.requests),
                })),
              )
              .execute();
          }
        },
      ),
    closeReservations: () =>
      connection.writeUnder([], async (tx) => {
        await tx
          .updateTable('routing_spend')
          .set((row) => ({
            spent_usd: row('spent_usd', '+', row.ref('reserved_usd')),
            reserved_usd: 0,
          }))
          .where('reserved_usd', '>', 0)
          .execute();
      }),
  };
}
