import type {
  Capability,
  DataPolicy,
  FilterReason,
  RequestFeatures,
  RoutingBlock,
  RoutingTarget,
} from '../../contracts/routing.ts';
import type { Quote } from './quote.ts';
import { sleepReasons } from './sleep-reasons.ts';

const lacks: Readonly<Record<Capability, FilterReason>> = {
  tools: 'lacks_tools',
  vision: 'lacks_vision',
  json: 'lacks_json',
  audio: 'lacks_audio',
  reasoning: 'lacks_reasoning',
  embed: 'lacks_embed',
};
const strictness: Readonly<Record<DataPolicy, number>> = { any: 0, no_retention: 1, local: 2 };

export interface Filtered {
  /** All of them; empty if the target is eligible. */
  reasons: FilterReason[];
  /** When time alone brings it back; null if it is eligible, or if something else is in the way too. */
  until_ms: number | null;
}

/** Why `target` cannot take `request` at `now`: every reason, so that nobody mends one to find the next. */
export function filter(
  target: RoutingTarget,
  request: RequestFeatures,
  quote: Quote,
  now: number,
): Filtered {
  const reasons: FilterReason[] = [];
  rights(reasons, target, request);
  const lasting = reasons.length;
  abilities(reasons, target, request, quote);
  money(reasons, target, request, quote);
  sleepReasons(reasons, target, request, quote, now);
  const others = reasons.some((reason) => reason !== 'no_room');
  const free = blocks(reasons, target, now);
  const fits = reasons.includes('no_room') ? (target.sleep?.room_at_ms ?? null) : now;
  const until = free === null || fits === null ? null : Math.max(free, fits);
  const filled = room(reasons, target, quote, now);
  const inTime = !others && lasting === 0 && reasons.every((reason) => timed.has(reason));
  return {
    reasons,
    until_ms: inTime && until !== null && filled !== null ? Math.max(until, filled) : null,
  };
}

/** A key or an account without money is back by somebody's act, and only probed in time. */
const timed: ReadonlySet<FilterReason> = new Set([
  'cooling',
  'at_limit',
  'breaker_open',
  'quota',
  'no_room',
]);

function rights(reasons: FilterReason[], target: RoutingTarget, request: RequestFeatures): void {
  if (request.named !== null && request.named !== target.id) reasons.push('not_named');
  if (!target.enabled) reasons.push('disabled');
  if (!target.allowed) reasons.push('not_allowed');
  if (strictness[target.data] < strictness[request.data]) reasons.push('data_policy');
  if (target.needs_key && target.keys.length === 0) reasons.push('no_key');
}

function abilities(
  reasons: FilterReason[],
  target: RoutingTarget,
  request: RequestFeatures,
  { fit }: Quote,
): void {
  for (const need of request.needs) if (!target.can.includes(need)) reasons.push(lacks[need]);
  if (target.can.includes('embed') && !request.needs.includes('embed')) reasons.push('lacks_chat');
  if (request.choices !== undefined && target.choices === false) reasons.push('lacks_choices');
  const { context, max_output } = target;
  const output = request.max_output ?? 0;
  if (context !== null && fit * (request.largest_part ?? 1) + output > context)
    reasons.push('context_too_small');
  if (max_output !== null && output > max_output) reasons.push('output_too_small');
  if (request.families !== null && !request.families.includes(target.family))
    reasons.push('history_not_portable');
}

function money(
  reasons: FilterReason[],
  { price }: RoutingTarget,
  { max_cost_usd: cap, budget_left_usd: budget }: RequestFeatures,
  { worst_cost, wake }: Quote,
): void {
  if (cap === null && budget === null) return;
  if (price === null || worst_cost === null) {
    reasons.push('price_unknown');
    return;
  }
  if (cap !== null && worst_cost + wake.usd > cap) reasons.push('over_cost_cap');
  if (budget !== null && worst_cost + wake.usd > budget) reasons.push('over_budget');
}

/** Blocks of the target, and of its keys if none of them is free. Returns when the last of them ends. */
function blocks(reasons: FilterReason[], target: RoutingTarget, now: number): number | null {
  let until: number | null = now;
  if (holds(target.block, now)) {
    reasons.push(target.block.reason);
    until = target.block.until_ms;
  }
  const { keys } = target;
  if (!target.needs_key || keys.length === 0 || keys.some(({ block }) => !holds(block, now)))
    return until;
  let first: number | null = null;
  for (const { block } of keys) {
    if (block === null) continue;
    if (!reasons.includes(block.reason)) reasons.push(block.reason);
    if (block.until_ms !== null) first = Math.min(first ?? Infinity, block.until_ms);
  }
  return until === null || first === null ? null : Math.max(until, first);
}

/** Does a block hold at `now`? */
export const holds = (block: RoutingBlock | null, now: number): block is RoutingBlock =>
  block !== null && (block.until_ms === null || block.until_ms > now);

/** Its own daily limits, and how many it answers at once. Returns when the limits have room again; null for never. */
function room(
  reasons: FilterReason[],
  { left, active, concurrency }: RoutingTarget,
  { worst_tokens, worst_cost }: Quote,
  now: number,
): number | null {
  if (concurrency !== null && active >= concurrency) reasons.push('busy');
  const usd = worst_cost ?? 0;
  const isOver = (limit: number | null, wanted: number): boolean =>
    limit !== null && limit < wanted;
  if (!isOver(left.requests, 1) && !isOver(left.tokens, worst_tokens) && !isOver(left.usd, usd))
    return now;
  if (!reasons.includes('quota')) reasons.push('quota');
  return isOver(left.most_tokens, worst_tokens) || isOver(left.most_usd, usd)
    ? null
    : left.until_ms;
}
