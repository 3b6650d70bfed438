import type { RoutingSpend } from '../../contracts/switch-known.ts';
import type { Spend } from '../../store/routing/spend.ts';
import type { TokenStore } from '../../store/system/tokens.ts';

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
