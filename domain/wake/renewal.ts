import type { WakeRule } from '../../contracts/wake.ts';
import type { WindowView } from '../../contracts/window.ts';

type Rule = Pick<WakeRule, 'ttl_ms' | 'renew_ms' | 'max_ms'>;

/** A smaller step than this is not worth an event. */
const leastStepMs = 1000;

/** How long a request keeps a service awake: what it asks for, at most the rule's TTL. In ms. */
export const wakeTtl = (asked: number | null, rule: Rule): number =>
  asked === null ? rule.ttl_ms : Math.min(asked, rule.ttl_ms);

/**
 * By how many ms a request at `now` (epoch ms) moves the deadline of an open window; null if not at all. A deadline is never
 * moved earlier, never more often than once in the rule's `renew_ms`, and never past `max_ms` after the opening.
 */
export function renewalOf(
  view: Pick<WindowView, 'expires_at' | 'opened_at' | 'max_ttl_ms'>,
  rule: Rule,
  ttlMs: number,
  now: number,
): number | null {
  if (view.expires_at === null || view.opened_at === null) return null;
  const expires = Date.parse(view.expires_at);
  const left = expires - now;
  if (left <= 0 || left >= ttlMs - Math.min(rule.renew_ms, ttlMs / 2)) return null;
  const latest = Date.parse(view.opened_at) + Math.min(rule.max_ms, view.max_ttl_ms);
  const by = Math.floor(Math.min(now + ttlMs, latest) - expires);
  return by < leastStepMs ? null : by;
}
