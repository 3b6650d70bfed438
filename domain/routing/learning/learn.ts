import type { FailureKind, RequestFeatures } from '../../../contracts/routing.ts';
import type { RoutingBeliefs } from '../../../contracts/routing-beliefs.ts';
import { forgetting } from '../settings.ts';
import { correctOutcome, countLog, countOutcome } from './cells.ts';
import { tokenRatio } from './tokens.ts';

/** What is known of the quality of an answer; the best evidence counts, in the order of these fields. */
export interface Evidence {
  /** By the caller, between 0 and 1. */
  feedback?: number;
  /** Of a schema or a test. */
  verdict?: boolean;
  /** Whether its tool calls could be read. */
  toolCalls?: boolean;
}

/** How one try ended. Times are seconds; null for what was not seen. */
export interface Outcome {
  target: string;
  request: Pick<RequestFeatures, 'type' | 'bytes_in' | 'extra_tokens'>;
  /** Null for a complete answer. */
  failure: FailureKind | null;
  evidence: Evidence;
  first_token_seconds: number | null;
  /** From the first token to the last one. */
  stream_seconds: number | null;
  tokens_out: number | null;
  reported_tokens_in: number | null;
}

interface Lesson {
  /** What “it answers” learns; null for nothing. */
  ok: 0 | 1 | null;
  /** Whether its quality counts; it is 0 for every failure. */
  quality: boolean;
  time: boolean;
}

const nothing: Lesson = { ok: null, quality: false, time: false };
const worthless: Lesson = { ok: 1, quality: true, time: false };
/** Only that it failed: a target that fails fast must not look fast. */
const failed: Lesson = { ok: 0, quality: false, time: false };

/**
 * What each end teaches. States of a key or a model are for cooldowns (failure/cooldown) and are no chance that could be
 * learned; faults of the caller and of ours are no faults of the target.
 */
const lessons: Readonly<Record<FailureKind, Lesson>> = {
  failed,
  cut: failed,
  rate_limited: failed,
  bad_answer: worthless,
  truncated: worthless,
  refused: worthless,
  aborted: { ok: null, quality: false, time: true },
  quota: nothing,
  no_money: nothing,
  unauthorized: nothing,
  no_such_model: nothing,
  too_long: nothing,
  bad_request: nothing,
  lacks_capability: nothing,
  window_ended: nothing,
  internal: nothing,
};
const answered: Lesson = { ok: 1, quality: true, time: true };

/** A complete answer of which nothing else is known is probably, and not surely, a good one. */
const completeReward = 0.7;

/** Quality of an answer between 0 and 1, by the best evidence that there is. */
export function rewardOf({ failure, evidence }: Pick<Outcome, 'failure' | 'evidence'>): number {
  if (evidence.feedback !== undefined) return evidence.feedback;
  if (failure !== null) return 0;
  if (evidence.verdict !== undefined) return evidence.verdict ? 1 : 0;
  if (evidence.toolCalls !== undefined) return evidence.toolCalls ? 1 : 0;
  return completeReward;
}

/** Learns from one try. Changes `beliefs` in place, so that a million of them need no more memory than one. */
export function learn(beliefs: RoutingBeliefs, outcome: Outcome): void {
  const { target, request, failure } = outcome;
  const lesson = failure === null ? answered : lessons[failure];
  const round = beliefs.rounds[request.type] ?? 0;
  if (lesson.ok !== null)
    beliefs.ok[target] = countOutcome(beliefs.ok[target], lesson.ok, beliefs.round, forgetting.ok);
  if (lesson.quality) {
    const cells = (beliefs.quality[target] ??= {});
    const reward = rewardOf(outcome);
    cells[request.type] = countOutcome(cells[request.type], reward, round, forgetting.quality);
  }
  if (lesson.time) learnTimes(beliefs, outcome);
  if (failure === null) learnSizes(beliefs, outcome, round);
}

function learnTimes(beliefs: RoutingBeliefs, outcome: Outcome): void {
  const {
    target,
    first_token_seconds: first,
    stream_seconds: stream,
    tokens_out: tokens,
  } = outcome;
  const { first_token, speed, round } = beliefs;
  if (first !== null)
    first_token[target] = countLog(first_token[target], first, round, forgetting.time);
  // the speed of an answer that came at once, or of a few tokens, is noise
  if (stream !== null && stream > 0 && tokens !== null && tokens > 1)
    speed[target] = countLog(speed[target], tokens / stream, round, forgetting.time);
}

function learnSizes(beliefs: RoutingBeliefs, outcome: Outcome, round: number): void {
  const { target, request, tokens_out: tokens, reported_tokens_in: reported } = outcome;
  if (tokens !== null && tokens > 0)
    beliefs.length[request.type] = countLog(
      beliefs.length[request.type],
      tokens,
      round,
      forgetting.time,
    );
  if (reported !== null && reported > 0) {
    const cells = (beliefs.token_ratio[target] ??= {});
    const ratio = tokenRatio(reported, request);
    cells[request.type] = countLog(cells[request.type], ratio, round, forgetting.time);
  }
}

/**
 * Learns what a caller says later of an answer: it replaces what was assumed then. Changes `beliefs` in place.
 *
 * @param earlier what `rewardOf` gave for the answer, and the round of its type at that time
 * @param score between 0 and 1
 */
export function learnFeedback(
  beliefs: RoutingBeliefs,
  { target, type }: { target: string; type: RequestFeatures['type'] },
  earlier: { outcome: number; round: number },
  score: number,
): void {
  const cells = (beliefs.quality[target] ??= {});
  const round = beliefs.rounds[type] ?? 0;
  cells[type] = correctOutcome(cells[type], earlier, score, round, forgetting.quality);
}
