import { utcDay } from '../../../platform/time.ts';
import type { Settlement, SpendStore } from '../../../store/routing/spend.ts';

/** Limits in USD per UTC day; null: none. */
export interface BudgetLimits {
  /** Of all requests together. */
  all: number | null;
  /** Of each owner of a token. */
  owner: number | null;
}

/** Money that was set aside for one request. */
export interface Reservation {
  day: string;
  owner: string;
  provider: string;
  usd: number;
  /** The accounts whose limits were checked. */
  accounts: string[];
}

export const allAccount = 'all';
export const ownerAccount = (id: string): string => `owner:${id}`;
export const providerAccount = (id: string): string => `provider:${id}`;

/** Sets money aside before a request is sent, and counts what it cost afterwards. */
export interface Budget {
  /** What is left for an owner today; null without a limit. Accurate to the last settlement. */
  left(owner: string): number | null;
  /** What a provider's accounts used today, as far as it is known here. */
  used(provider: string): { usd: number; tokens: number; requests: number };
  /**
   * Reserves `usd` under every limit that applies, in one transaction.
   * @param providerLimit USD per day of the provider; null: none
   * @returns what was reserved, or the account whose limit it would pass
   */
  reserve(
    owner: string,
    provider: string,
    providerLimit: number | null,
    usd: number,
  ): Promise<Reservation | { refused: string }>;
  settle(reservation: Reservation, used: { usd: number; tokens: number }): void;
  /** Settlements that are not stored yet. */
  drain(): Settlement[];
  load(): Promise<void>;
}

interface Used {
  usd: number;
  tokens: number;
  requests: number;
}

export function createBudget(spend: SpendStore, limits: BudgetLimits, clock: () => number): Budget {
  let day = utcDay(clock());
  let used = new Map<string, Used>();
  let waiting: Settlement[] = [];
  const today = (): Map<string, Used> => {
    const now = utcDay(clock());
    if (now !== day) {
      day = now;
      used = new Map();
    }
    return used;
  };
  const usedBy = (account: string): Used =>
    today().get(account) ?? { usd: 0, tokens: 0, requests: 0 };
  const add = (account: string, usd: number, tokens: number, requests: number): void => {
    const before = usedBy(account);
    used.set(account, {
      usd: before.usd + usd,
      tokens: before.tokens + tokens,
      requests: before.requests + requests,
    });
  };
  return {
    left(owner) {
      const rests = [
        limits.all === null ? null : limits.all - usedBy(allAccount).usd,
        limits.owner === null ? null : limits.owner - usedBy(ownerAccount(owner)).usd,
      ].filter((rest) => rest !== null);
      return rests.length === 0 ? null : Math.max(0, Math.min(...rests));
    },
    used: (provider) => usedBy(providerAccount(provider)),
    async reserve(owner, provider, providerLimit, usd) {
      const checked = [
        { account: allAccount, limit_usd: limits.all },
        { account: ownerAccount(owner), limit_usd: limits.owner },
        { account: providerAccount(provider), limit_usd: providerLimit },
      ].filter((one): one is { account: string; limit_usd: number } => one.limit_usd !== null);
      today();
      const refused = checked.length === 0 ? null : await spend.reserve(day, usd, checked);
      if (refused !== null) return { refused };
      const accounts = checked.map(({ account }) => account);
      for (const account of accounts) add(account, usd, 0, 0);
      return { day, owner, provider, usd, accounts };
    },
    settle(reservation, { usd, tokens }) {
      for (const account of [
        allAccount,
        ownerAccount(reservation.owner),
        providerAccount(reservation.provider),
      ]) {
        const reserved = reservation.accounts.includes(account) ? reservation.usd : 0;
        const { day: of } = reservation;
        if (of === utcDay(clock())) add(account, usd - reserved, tokens, 1);
        waiting.push({
          account,
          day: of,
          reserved_usd: reserved,
          spent_usd: usd,
          tokens,
          requests: 1,
        });
      }
    },
    drain() {
      const settlements = waiting;
      waiting = [];
      return settlements;
    },
    async load() {
      await spend.closeReservations();
      for (const [account, { spent_usd, tokens, requests }] of await spend.of(day))
        used.set(account, { usd: spent_usd, tokens, requests });
    },
  };
}
