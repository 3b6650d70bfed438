import type { ProviderLimits } from '../../../contracts/provider.ts';
import { dayAt } from '../../../domain/routing/capacity/day.ts';
import type { LimitedAccount, Settlement, SpendStore } from '../../../store/routing/spend.ts';

/** Limits in USD per UTC day; null: none. */
export interface BudgetLimits {
  /** Of all requests together. */
  all: number | null;
  /** Of each owner of a token. */
  owner: number | null;
}

/** What was set aside for one request. */
export interface Reservation {
  usd: number;
  tokens: number;
  /** Every account that it is settled in, and whether it was counted there before it was sent. */
  accounts: { account: string; day: string; counted: boolean }[];
}

export const allAccount = 'all';
export const ownerAccount = (id: string): string => `owner:${id}`;
export const providerAccount = (id: string): string => `provider:${id}`;

/** A provider, and what its accounts may use in a day of it. */
export interface LimitedProvider {
  id: string;
  limits: ProviderLimits;
}

/** Sets money, tokens and requests aside before a request is sent, and counts what it used afterwards. */
export interface Budget {
  /** What is left for an owner today; null without a limit. Accurate to the last settlement. */
  left(owner: string): number | null;
  /** What a provider's accounts used in its day, with what is set aside, as far as it is known here. */
  used(provider: LimitedProvider): Used;
  /**
   * Reserves a request under every limit that applies, in one transaction.
   * @returns what was reserved, or the account whose limit it would pass
   */
  reserve(
    owner: string,
    provider: LimitedProvider,
    wanted: { usd: number; tokens: number },
  ): Promise<Reservation | { refused: string }>;
  settle(reservation: Reservation, used: { usd: number; tokens: number }): void;
  /** Settlements that are not stored yet. */
  drain(): Settlement[];
  load(): Promise<void>;
}

export interface Used {
  usd: number;
  tokens: number;
  requests: number;
}

const dayMs = 86_400_000;
const nothing: Used = { usd: 0, tokens: 0, requests: 0 };

export function createBudget(spend: SpendStore, limits: BudgetLimits, clock: () => number): Budget {
  /** By day, and in it by account. A provider whose day begins later is still in the one before. */
  const days = new Map<string, Map<string, Used>>();
  let waiting: Settlement[] = [];
  const today = (): string => dayAt(clock(), 0);
  const dayOf = ({ limits: { reset_hour_utc = 0 } }: LimitedProvider): string =>
    dayAt(clock(), reset_hour_utc);
  const usedBy = (account: string, day: string): Used => days.get(day)?.get(account) ?? nothing;
  const add = (account: string, day: string, usd: number, tokens: number, one: number): void => {
    const before = usedBy(account, day);
    if (!days.has(day)) {
      const yesterday = dayAt(clock() - dayMs, 0);
      for (const old of days.keys()) if (old < yesterday) days.delete(old);
      days.set(day, new Map());
    }
    days.get(day)!.set(account, {
      usd: before.usd + usd,
      tokens: before.tokens + tokens,
      requests: before.requests + one,
    });
  };
  const ofUsd = (account: string, limit_usd: number | null): LimitedAccount => ({
    account,
    day: today(),
    limit_usd,
    limit_requests: null,
    limit_tokens: null,
  });
  const accountsOf = (owner: string, provider: LimitedProvider): LimitedAccount[] => [
    ofUsd(allAccount, limits.all),
    ofUsd(ownerAccount(owner), limits.owner),
    {
      account: providerAccount(provider.id),
      day: dayOf(provider),
      limit_usd: provider.limits.usd_per_day ?? null,
      limit_requests: provider.limits.rpd ?? null,
      limit_tokens: provider.limits.tpd ?? null,
    },
  ];
  return {
    left(owner) {
      const rests = [
        limits.all === null ? null : limits.all - usedBy(allAccount, today()).usd,
        limits.owner === null ? null : limits.owner - usedBy(ownerAccount(owner), today()).usd,
      ].filter((rest) => rest !== null);
      return rests.length === 0 ? null : Math.max(0, Math.min(...rests));
    },
    used: (provider) => usedBy(providerAccount(provider.id), dayOf(provider)),
    async reserve(owner, provider, { usd, tokens }) {
      const all = accountsOf(owner, provider);
      const limited = all.filter(isLimited);
      const refused = limited.length === 0 ? null : await spend.reserve({ usd, tokens }, limited);
      if (refused !== null) return { refused };
      for (const { account, day } of limited) add(account, day, usd, tokens, 1);
      const accounts = all.map((one) => ({
        account: one.account,
        day: one.day,
        counted: limited.includes(one),
      }));
      return { usd, tokens, accounts };
    },
    settle(reservation, { usd, tokens }) {
      for (const { account, day, counted } of reservation.accounts) {
        const before = counted ? { ...reservation, requests: 1 } : nothing;
        const more = { tokens: tokens - before.tokens, requests: 1 - before.requests };
        add(account, day, usd - before.usd, more.tokens, more.requests);
        waiting.push({ account, day, reserved_usd: before.usd, spent_usd: usd, ...more });
      }
    },
    drain() {
      const settlements = waiting;
      waiting = [];
      return settlements;
    },
    async load() {
      await spend.closeReservations();
      for (const day of [dayAt(clock() - dayMs, 0), today()])
        for (const [account, { spent_usd, tokens, requests }] of await spend.of(day))
          add(account, day, spent_usd, tokens, requests);
    },
  };
}

const isLimited = ({ limit_usd, limit_requests, limit_tokens }: LimitedAccount): boolean =>
  limit_usd !== null || limit_requests !== null || limit_tokens !== null;
