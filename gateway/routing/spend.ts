import type { RoutingSpend } from '../../contracts/switch-known.ts';
import type { ProviderView } from '../../contracts/switch.ts';
import { dayAt } from '../../domain/routing/capacity/day.ts';
import type { Spend, SpendStore } from '../../store/routing/spend.ts';
import type { TokenStore } from '../../store/system/tokens.ts';

/** What each account used in its day, which for some providers does not begin at midnight UTC. */
export async function accountsToday(
  spend: Pick<SpendStore, 'of'>,
  providers: readonly Pick<ProviderView, 'id' | 'reset_hour_utc'>[],
  now: number,
): Promise<Map<string, Spend>> {
  const today = dayAt(now, 0);
  const accounts = new Map(await spend.of(today));
  for (const { id, reset_hour_utc } of providers) {
    const day = dayAt(now, reset_hour_utc ?? 0);
    if (day === today) continue;
    const account = `provider:${id}`;
    const used = (await spend.of(day)).get(account);
    if (used === undefined) accounts.delete(account);
    else accounts.set(account, used);
  }
  return accounts;
}

const form = /^(?<kind>all|owner|provider)(?::(?<name>.+))?$/;

/** What each account used, the most first; an owner by the name of the token, as far as that is known. */
export async function spendOf(
  accounts: ReadonlyMap<string, Spend>,
  tokens: Pick<TokenStore, 'find'>,
): Promise<RoutingSpend[]> {
  const all = await Promise.all(
    [...accounts].map(async ([account, used]): Promise<RoutingSpend> => {
      const { kind = 'all', name = 'all' } = form.exec(account)?.groups ?? {};
      const token = kind === 'owner' ? await tokens.find(name) : null;
      return { ...used, kind: kind as RoutingSpend['kind'], name: token?.name ?? name };
    }),
  );
  return all.toSorted((one, other) => other.spent_usd - one.spent_usd);
}
