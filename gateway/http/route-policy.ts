import type { TokenScope } from '../../contracts/token.ts';
import type { Claim } from '../../store/system/idempotency.ts';
import type { Caller } from './caller.ts';

/** The access rule that a route declares in addition to its schemas; the gateway does not start with a route that has none. */
export interface RoutePolicy {
  /** The lowest scope that may call it; `open` needs no token. */
  scope: TokenScope | 'open';
  /** Also called without a token or a session: the handler checks what else the caller sent. */
  withoutToken?: boolean;
  /** Shown by a browser, and not part of the API: the OpenAPI document leaves it out. */
  page?: boolean;
  /** Takes an Idempotency-Key. */
  idempotent?: boolean;
  /** May be called without a body, which then means `{}`. */
  bodyOptional?: boolean;
  /** Its body is a file of any type, which is not held in memory. */
  takesBytes?: boolean;
  /** A POST that counts among the token's reads; what it changes is counted where it happens. */
  countsAsRead?: boolean;
  /** Writes its own line of the log for what matters in it. */
  logsItself?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    rule?: RoutePolicy;
  }
  interface FastifyRequest {
    /** Set on every route that needs a token or a session. */
    caller: Caller | null;
    /** The claim on the request's Idempotency-Key, until the answer. */
    claim: Claim | null;
    /**
     * What happens to the request's key, if it does not follow from the status of the answer: `release` frees it, since
     * nothing was done; `resume` lets a retry continue work that may have started.
     */
    repeat: 'release' | 'resume' | null;
    /** The ids of what a change was about, for the log. */
    about: Record<string, string> | null;
  }
}

/** The web UI and its files. */
export const uiPrefix = '/operator/ui/';

/** The API's page and its files. */
export const docsPrefix = '/docs';

const rank: Record<TokenScope, number> = { viewer: 1, agent: 2, operator: 3, admin: 4 };

/** Each scope includes those before it. */
export const includes = (scope: TokenScope, needed: TokenScope): boolean =>
  rank[scope] >= rank[needed];

/** The rule of a route. Throws if it has none, so that no route is served unguarded. */
export function policyOf(route: { url: string; config?: { rule?: RoutePolicy } }): RoutePolicy {
  if (route.url === docsPrefix || route.url.startsWith(`${docsPrefix}/`)) return { scope: 'open' };
  const rule = route.config?.rule;
  if (rule === undefined) throw new Error(`${route.url} declares no rule`);
  return rule;
}
