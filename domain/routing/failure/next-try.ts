import type { FailureKind } from '../../../contracts/routing.ts';
import type { DecisionRecord } from '../../../contracts/routing-decision.ts';

/** One try of a request that failed. */
export interface Try {
  target: string;
  /** Null where the target needs none. */
  key: string | null;
  kind: FailureKind;
  content_sent: boolean;
}

/** What is still eligible: its free keys, and the context that it really has. */
export type Eligible = ReadonlyMap<
  string,
  { keys: readonly (string | null)[]; context: number | null }
>;

export type NextTry =
  | { act: 'try'; target: string; key: string | null }
  | {
      act: 'stop';
      /** `answer`: what came is given to the caller as it is. `in_stream`: an error inside the answer, which has begun. */
      how: 'answer' | 'error' | 'in_stream';
      code:
        | 'context_length_exceeded'
        | 'rate_limit_exceeded'
        | 'deadline_exceeded'
        | 'bad_request'
        | 'upstream_error'
        | 'refused'
        | 'aborted';
      /** Whether a client that tries again may succeed (`x-should-retry`). */
      retry: boolean;
    };

const mostTries = 4;

/** Failures of a key: the same target may answer with another one. */
const ofKey: ReadonlySet<FailureKind> = new Set([
  'rate_limited',
  'quota',
  'no_money',
  'unauthorized',
]);
/** Answers that are no good are asked for once more elsewhere, and then given as they are. */
const worthless: ReadonlySet<FailureKind> = new Set(['bad_answer', 'truncated']);

/**
 * What follows a failed try. Nothing is tried after content was sent: a second answer glued to a first one is worse than an
 * error. Each pair of target and key is tried once.
 *
 * @param tries all tries of the request so far, at least one
 * @param left seconds until the deadline; null without one
 */
export function nextTry(
  record: DecisionRecord,
  tries: readonly Try[],
  eligible: Eligible,
  left: number | null,
): NextTry {
  const last = tries.at(-1)!;
  if (last.kind === 'aborted') return stop('answer', 'aborted', false);
  if (last.kind === 'refused') return stop('answer', 'refused', false);
  if (last.content_sent) return stop('in_stream', 'upstream_error', true);
  if (last.kind === 'bad_request') return stop('error', 'bad_request', false);
  if (left !== null && left <= 0) return stop('error', 'deadline_exceeded', false);
  if (tries.filter(({ kind }) => worthless.has(kind)).length > 1)
    return stop('answer', 'upstream_error', false);
  if (tries.length < mostTries) {
    const other = sameTarget(tries, eligible) ?? anotherTarget(record, tries, eligible);
    if (other !== null) return { act: 'try', ...other };
  }
  return exhausted(tries);
}

const stop = (
  how: 'answer' | 'error' | 'in_stream',
  code: Extract<NextTry, { act: 'stop' }>['code'],
  retry: boolean,
): NextTry => ({ act: 'stop', how, code, retry });

interface Pair {
  target: string;
  key: string | null;
}

function sameTarget(tries: readonly Try[], eligible: Eligible): Pair | null {
  const { target, kind } = tries.at(-1)!;
  return ofKey.has(kind) ? unused(target, tries, eligible) : null;
}

function unused(target: string, tries: readonly Try[], eligible: Eligible): Pair | null {
  const key = eligible
    .get(target)
    ?.keys.find((one) => !tries.some((tried) => tried.target === target && tried.key === one));
  return key === undefined ? null : { target, key };
}

function anotherTarget(
  { fallbacks, candidates }: DecisionRecord,
  tries: readonly Try[],
  eligible: Eligible,
): Pair | null {
  const least = contextNeeded(tries, eligible);
  const tried = new Set(tries.map(({ target }) => target));
  for (const row of fallbacks) {
    const target = candidates.id[row]!;
    const context = eligible.get(target)?.context ?? Infinity;
    if (tried.has(target) || context <= least) continue;
    const pair = unused(target, tries, eligible);
    if (pair !== null) return pair;
  }
  return null;
}

/** After an overflow only a larger context can help. */
const contextNeeded = (tries: readonly Try[], eligible: Eligible): number =>
  Math.max(
    0,
    ...tries
      .filter(({ kind }) => kind === 'too_long')
      .map(({ target }) => eligible.get(target)?.context ?? 0),
  );

function exhausted(tries: readonly Try[]): NextTry {
  const all = (...kinds: FailureKind[]): boolean => tries.every(({ kind }) => kinds.includes(kind));
  if (tries.at(-1)!.kind === 'too_long') return stop('error', 'context_length_exceeded', false);
  // nothing else takes it either: only the caller can change what it asks for
  if (tries.at(-1)!.kind === 'lacks_capability') return stop('error', 'bad_request', false);
  if (all('rate_limited', 'quota')) return stop('error', 'rate_limit_exceeded', true);
  if (worthless.has(tries.at(-1)!.kind)) return stop('answer', 'upstream_error', false);
  return stop('error', 'upstream_error', false);
}
