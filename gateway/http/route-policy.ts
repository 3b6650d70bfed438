import type { TokenScope } from '../../contracts/token.ts';
import type { Claim } from '../../store/system/idempotency.ts';
import type { Caller } from './caller.ts';

/** What a route declares beside its schemas; a route without a rule does not start. */
export interface RoutePolicy {
  /** The least scope; `open` needs no token. */
  scope: TokenScope | 'open';
  /** Takes an Idempotency-Key. */
  idempotent?: boolean;
  /** May be called without a body, which then means `{}`. */
  bodyOptional?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    rule?: RoutePolicy;
  }
  interface FastifyRequest {
    /** Set on every route that needs a token. */
    caller: Caller | null;
    /** On its Idempotency-Key, until it is answered. */
    claim: Claim | null;
    /**
     * What happens to its key, where the status of the answer does not say it: `release` frees it, since nothing was
     * done; `resume` lets a retry continue what may have been started.
     */
    repeat: 'release' | 'resume' | null;
  }
}

/** The API's page and its files. */
export const docsPrefix = '/docs';

const rank: Record<TokenScope, number> = { viewer: 1, operator: 2, admin: 3 };

/** Each scope includes those before it. */
export const includes = (scope: TokenScope, needed: TokenScope): boolean =>
  rank[scope] >= rank[needed];

/** The rule of a route. Throws for a route that has none, so that nothing is served unguarded. */
export function policyOf(route: { url: string; config?: { rule?: RoutePolicy } }): RoutePolicy {
  if (route.url === docsPrefix || route.url.startsWith(`${docsPrefix}/`)) return { scope: 'open' };
  const rule = route.config?.rule;
  if (rule === undefined) throw new Error(`${route.url} declares no rule`);
  return rule;
}
