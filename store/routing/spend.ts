import type { Connection } from '../core/connection.ts';

/** What an account has used on one day. */
export interface Spend {
  reserved_usd: number;
  spent_usd: number;
  tokens: number;
  requests: number;
}

/** What a request used in the end. */
export interface Settlement {
  account: string;
  /** UTC, such as `2026-11-29`: the day of its reservation. */
  day: string;
  reserved_usd: number;
  spent_usd: number;
  tokens: number;
  requests: number;
}

/** Money and tokens by account and day. Money is reserved before it is spent, so that requests at once stay below a limit. */
export interface SpendStore {
  of(day: string): Promise<Map<string, Spend>>;
  /**
   * Reserves `usd` in every account, or in none.
   * @returns null, or the first account whose limit it would pass
   */
  reserve(
    day: string,
    usd: number,
    accounts: readonly { account: string; limit_usd: number }[],
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
    reserve: (day, usd, accounts) =>
      connection
        .writeUnder(
          accounts.map(({ account }) => `routing_spend/${account}`),
          async (tx) => {
            for (const { account, limit_usd } of accounts) {
              await tx
                .insertInto('routing_spend')
                .values({ account, day, ...unused })
                .onConflict((conflict) => conflict.columns(['account', 'day']).doNothing())
                .execute();
              const { numUpdatedRows } = await tx
                .updateTable('routing_spend')
                .set((row) => ({ reserved_usd: row('reserved_usd', '+', usd) }))
                .where('account', '=', account)
                .where('day', '=', day)
                .where((row) =>
                  row(row('reserved_usd', '+', row.ref('spent_usd')), '<=', limit_usd - usd),
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
