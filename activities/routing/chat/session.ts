import type { RoutingTry, WakeReport, WakeRequest } from '../../../contracts/routing-call.ts';
import type { DecisionRecord } from '../../../contracts/routing-decision.ts';
import type { RoutingTarget } from '../../../contracts/routing.ts';
import { newId } from '../../../contracts/ids.ts';
import { decide } from '../../../domain/routing/decide.ts';
import type { Eligible, Try } from '../../../domain/routing/failure/next-try.ts';
import { holds } from '../../../domain/routing/filter.ts';
import { countDecision } from '../../../domain/routing/learning/beliefs.ts';
import { targetsNow, type Asked } from '../state/targets.ts';
import type { ProgramAnswer } from '../wire/program.ts';
import type { ChatDeps } from './deps.ts';
import type { ReadRequest } from './prepare.ts';

/** One request from its decision to its end. */
export interface Session {
  id: string;
  request: ReadRequest;
  record: DecisionRecord;
  /** For the choice of the next one, and for the record. */
  failed: Try[];
  tries: RoutingTry[];
  dropped: string[];
  /** Providers that could not be reached for it: their other models cannot either. */
  unreachable: Set<string>;
  /** Services that were woken for it, and those that did not wake. */
  woken: Set<string>;
  asleep: Map<string, WakeReport>;
  /** The program that ran for it last. */
  ran: (ProgramAnswer & { target: string }) | null;
  /** The caller knows that it waits. */
  announced: boolean;
  /** A wake for those that follow, which the answer of another target asks for. */
  prewarm: WakeRequest | null;
  at_ms: number;
}

/** Decides, and counts the decision: rounds pass. */
export async function openSession(request: ReadRequest, deps: ChatDeps): Promise<Session> {
  const now = deps.clock();
  const record = await decideNow(request, deps);
  countDecision(deps.beliefs(), request.features.type, record.explored);
  return {
    id: newId('decision'),
    request,
    record,
    failed: [],
    tries: [],
    dropped: [],
    unreachable: new Set(),
    woken: new Set(),
    asleep: new Map(),
    ran: null,
    announced: false,
    prewarm: null,
    at_ms: now,
  };
}

/** The decision for a request as things are; changes nothing. */
export async function decideNow(request: ReadRequest, deps: ChatDeps): Promise<DecisionRecord> {
  if (deps.catalog.current().providers.some(({ service }) => service !== null))
    await deps.facts.services.keepFresh();
  const now = deps.clock();
  const { features, weights, call, deadline_ms } = request;
  const left = deadline_ms === null ? null : Math.max(0, deadline_ms - now) / 1000;
  const catalog = targetsNow(deps.catalog.current(), deps.facts, askedOf(request), now);
  const began = performance.now();
  const record = decide(
    { ...features, deadline_seconds: left },
    catalog,
    deps.beliefs(),
    weights,
    now,
    call.options.seed ?? deps.seed(),
  );
  deps.metrics.decided((performance.now() - began) / 1000);
  return record;
}

/** Tokens of its prompt by the usual estimate, which providers count against their limits. */
export const promptTokens = ({ features }: ReadRequest): number =>
  Math.ceil(features.bytes_in / 4) + features.extra_tokens;

const askedOf = (request: ReadRequest): Asked => ({
  owner: request.call.owner,
  owner_id: request.call.owner_id,
  may_open: request.call.may_open,
  named: request.features.named,
  tokens: promptTokens(request),
});

/** All targets as they are now for a request. */
export const targetsFor = ({ request }: Session, deps: ChatDeps): readonly RoutingTarget[] =>
  targetsNow(deps.catalog.current(), deps.facts, askedOf(request), deps.clock()).targets;

/** The targets that may be tried now, with their free keys. */
export function eligibleNow(session: Session, deps: ChatDeps): Eligible {
  const now = deps.clock();
  const { models } = deps.catalog.current();
  const isReachable = (id: string): boolean =>
    !session.unreachable.has(models.get(id)?.provider ?? '');
  return new Map(
    targetsFor(session, deps)
      .filter(({ id, block }) => !holds(block, now) && isReachable(id))
      .map(({ id, keys, needs_key, context }) => {
        const free = keys.filter(({ block }) => !holds(block, now)).map((key) => key.id);
        return [id, { keys: needs_key || keys.length > 0 ? free : [null], context }];
      }),
  );
}
