import type { ProviderLimits } from '../../../contracts/provider.ts';
import type { RoutingBlock } from '../../../contracts/routing.ts';
import {
  freeFrom,
  quietMinute,
  sentIn,
  type Minute,
} from '../../../domain/routing/capacity/minute.ts';
import {
  believedLimits,
  fitsFrom,
  limitsAfter,
  type ReportedLimit,
} from '../../../domain/routing/capacity/reported-limits.ts';
import type { Answer } from '../../../platform/network/post.ts';
import type { CatalogModel } from '../catalog/catalog.ts';
import { keyModelScope, keyScope } from './scopes.ts';

/** A request that was counted before it is sent. */
export interface Allowed {
  /** Its answer tells what is left. */
  heard(headers: Answer['headers']): void;
  /** It used so many tokens. */
  used(tokens: number): void;
  /** It was not sent after all. */
  undo(): void;
}

/** What may still be sent with each key: by limits per minute that the operator knows, and by what answers say. */
export interface Allowances {
  /** Why a request of so many tokens would be over a limit now; null if it would not. */
  block(
    model: CatalogModel,
    key: string | null,
    limits: ProviderLimits,
    tokens: number,
    now: number,
  ): RoutingBlock | null;
  /** Counts a request that is about to be sent. */
  count(model: CatalogModel, key: string | null, tokens: number): Allowed;
}

/** @param clock epoch ms */
export function createAllowances(clock: () => number): Allowances {
  const reported = new Map<string, readonly ReportedLimit[]>();
  const minutes = new Map<string, Minute>();
  const add = (scope: string, at: number, requests: number, tokens: number): void => {
    minutes.set(scope, sentIn(minutes.get(scope) ?? quietMinute, at, requests, tokens));
  };
  return {
    block(model, key, { rpm, tpm }, tokens, now) {
      const ofKey = minutes.get(keyScope(model.provider, key));
      const own =
        rpm === undefined && tpm === undefined
          ? now
          : freeFrom(ofKey ?? quietMinute, { rpm, tpm }, tokens, now);
      const theirs = fitsFrom(reported.get(keyModelScope(model, key)) ?? [], tokens);
      if (own === null) return { reason: 'at_limit', until_ms: null };
      const until = Math.max(own, theirs);
      return until > now ? { reason: 'at_limit', until_ms: until } : null;
    },
    count(model, key, tokens) {
      const at = clock();
      const account = keyScope(model.provider, key);
      const ofModel = keyModelScope(model, key);
      const take = (requests: number, more: number): void => {
        const known = reported.get(ofModel);
        if (known !== undefined)
          reported.set(ofModel, limitsAfter(known, { requests, tokens: more }));
        add(account, at, requests, more);
      };
      take(1, tokens);
      return {
        heard(headers) {
          const limits = believedLimits(headers, clock());
          if (limits.length > 0) reported.set(ofModel, limits);
        },
        used: (really) => add(account, at, 0, really - tokens),
        undo: () => take(-1, -tokens),
      };
    },
  };
}
