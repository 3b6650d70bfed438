import type { EventRecord } from '../../contracts/event.ts';
import {
  beginsSubject,
  endsSpansOf,
  needsOf,
  spansEndedBy,
} from '../../domain/traces/spans-of-event.ts';
import { createBackoff } from '../../platform/concurrency/retry.ts';
import type { TraceDeps } from './deps.ts';
import { exportRequest, type PlacedSpan } from './otlp.ts';
import { send, type SendOutcome } from './send.ts';

/** Events that are read at once, and spans after which a request is full. */
const mostEvents = 500;
const fullAt = 512;
/** How long one round may go on; the next one follows in a moment. */
const roundMs = 10_000;
/** Events that have waited for longer are passed over: collectors refuse what is that old. */
const oldestMs = 24 * 3_600_000;
const backoff = { firstMs: 1000, longestMs: 60_000 };
const longestWaitMs = 300_000;

interface Batch {
  spans: PlacedSpan[];
  /** The last event that it covers. */
  until: number;
}

/**
 * Sends what has happened on this host as spans: reads the log behind the cursor, and moves that once the collector has
 * taken them. A crash in between sends them again, under the same ids and with the same content.
 */
export function createTraceRound(deps: TraceDeps): () => Promise<void> {
  const { store, host, clock, metrics, log } = deps;
  let pauses = createBackoff(backoff);
  let notBefore = 0;
  /** Until the next start, once the collector has said that a request was too large. */
  let full = fullAt;

  /** @returns whether the next request may follow at once */
  const finish = async (outcome: SendOutcome, { spans, until }: Batch): Promise<boolean> => {
    const count = spans.length;
    if (outcome.kind === 'too_large' && count > 1 && full > 1) {
      full = Math.max(1, Math.min(full, Math.ceil(count / 2)));
      return true;
    }
    if (outcome.kind === 'retry') {
      metrics.answered('retried', count);
      const pause = pauses.nextMs();
      const named = Math.min(longestWaitMs, outcome.retry_after_ms ?? 0);
      notBefore = clock() + Math.max(pause, named);
      log.warn({ reason: outcome.reason }, 'traces were not taken yet; they are sent again');
      return false;
    }
    const refused = outcome.kind === 'sent' ? outcome.rejected : count;
    if (refused > 0) {
      metrics.answered('refused', refused);
      log.warn({ reason: outcome.reason, spans: refused }, 'the collector refused spans');
    }
    if (count > refused) metrics.answered('sent', count - refused);
    await store.traces.sent(host, until);
    pauses = createBackoff(backoff);
    return true;
  };

  const report = async (): Promise<void> => {
    const { events, since } = await store.traces.lag(host);
    metrics.lag(events, since === null ? 0 : Math.max(0, (clock() - since) / 1000));
  };

  return async () => {
    const skipped = await store.traces.skipBefore(host, clock() - oldestMs);
    if (skipped > 0) metrics.skipped(skipped);
    const end = performance.now() + roundMs;
    let goes = clock() >= notBefore;
    while (goes && performance.now() < end) {
      const batch = await nextBatch(deps, full);
      if (batch === null) break;
      const { spans, until } = batch;
      if (spans.length === 0) await store.traces.sent(host, until);
      else {
        const body = exportRequest(deps.collector.resource, spans);
        goes = await finish(await send(deps.collector, body, clock()), batch);
      }
    }
    await report();
  };
}

/** The spans that end with the next events, up to a full request; null if there is no event. */
async function nextBatch(deps: TraceDeps, full: number): Promise<Batch | null> {
  const events = await deps.store.traces.next(deps.host, mostEvents);
  const spans: PlacedSpan[] = [];
  let until: number | null = null;
  for (const event of events) {
    const more = await spansOf(deps, event);
    if (spans.length > 0 && spans.length + more.length > full) break;
    spans.push(...more);
    until = event.seq;
  }
  return until === null ? null : { spans, until };
}

async function spansOf(
  { subjects, host, ownsPlans }: TraceDeps,
  event: EventRecord,
): Promise<PlacedSpan[]> {
  // lines of the log name it from its beginning
  const begun = beginsSubject(event);
  if (begun !== null) await subjects.traceOf(begun, event.seq);
  const isOurs = event.host === null ? ownsPlans : event.host === host;
  const subject = isOurs ? endsSpansOf(event) : null;
  if (subject === null) return [];
  const moment = await subjects.momentOf(subject, event, needsOf(event));
  const drafts = spansEndedBy(moment);
  if (drafts.length === 0) return [];
  const trace = await subjects.traceOf(subject, event.seq);
  return drafts.map((draft) => ({ draft, trace }));
}
