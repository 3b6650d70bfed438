import { outcomeOfAnswer, type TryOutcome } from '../../domain/notices/next-try.ts';
import { postPublic } from '../../platform/network/post-public.ts';
import type { Collector } from './settings.ts';

/** What became of one request. */
export type SendOutcome =
  /** `rejected`: spans of it that the collector did not take. */
  | { kind: 'sent'; rejected: number; reason: string }
  /** Fewer spans at once may be taken. */
  | { kind: 'too_large'; reason: string }
  /** It is never taken. */
  | { kind: 'refused'; reason: string }
  | { kind: 'retry'; reason: string; retry_after_ms: number | null };

/** Sends spans to the collector once. Its address may be a private one, since a person has set it. Never throws. */
export async function send(
  { url, headers, timeoutMs: limitMs }: Collector,
  body: string,
  now: number,
): Promise<SendOutcome> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  try {
    const limits = { allowed: [host], limitMs, readsAnswer: true };
    const answer = await postPublic(url, body, { ...headers, 'user-agent': 'vx11' }, limits);
    const { status } = answer;
    if (status === 413) return { kind: 'too_large', reason: 'the collector answered 413' };
    const outcome = outcomeOfAnswer(status, answer.headers['retry-after'], answer.body, now);
    return outcome.ok ? { kind: 'sent', ...partOf(answer.body) } : failure(status, outcome);
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    const late = name === 'TimeoutError' || name === 'AbortError';
    const reason = late ? `no answer within ${limitMs / 1000} s` : message || String(code);
    return { kind: 'retry', reason, retry_after_ms: null };
  }
}

/** Only 400 is about the spans. Anything else, such as 401 or 404, can be put right while the log keeps them. */
function failure(
  status: number,
  { reason, retry_after_ms }: Extract<TryOutcome, { ok: false }>,
): SendOutcome {
  const text = reason.replace('the receiver', 'the collector');
  return status === 400
    ? { kind: 'refused', reason: text }
    : { kind: 'retry', reason: text, retry_after_ms };
}

/** A 200 may say that some spans were not taken. */
function partOf(body: string): { rejected: number; reason: string } {
  try {
    const { partialSuccess } = JSON.parse(body) as {
      partialSuccess?: { rejectedSpans?: string | number; errorMessage?: string };
    };
    const rejected = Number(partialSuccess?.rejectedSpans ?? 0);
    return { rejected: rejected > 0 ? rejected : 0, reason: partialSuccess?.errorMessage ?? '' };
  } catch {
    return { rejected: 0, reason: '' };
  }
}
