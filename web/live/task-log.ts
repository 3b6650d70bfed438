import { readMessages } from '../../client/sse-messages.ts';
import type { LogChunk, LogEnd } from '../../contracts/task.ts';
import { createBackoff } from '../../platform/concurrency/retry.ts';
import { CallError, send } from './call.ts';

/** One event of a task's log. */
export type LogPart =
  { kind: 'text'; chunk: LogChunk } | { kind: 'gap'; bytes: number } | { kind: 'end'; end: LogEnd };

const pauses = { firstMs: 500, longestMs: 15_000 };
/** A stream may be open for as long as its page is. */
const longestMs = 24 * 3_600_000;

/**
 * Follows a task's output from its start to its end; after a break it continues where it was, so nothing comes twice.
 * Throws `CallError` if the gateway refuses.
 */
export async function followTaskLog(
  id: string,
  onPart: (part: LogPart) => void,
  signal: AbortSignal,
): Promise<void> {
  let place: string | undefined;
  let backoff = createBackoff(pauses);
  while (!signal.aborted) {
    try {
      const answer = await send('GET', `/vx11/spawn/${id}/logs`, {
        headers: {
          accept: 'text/event-stream',
          ...(place !== undefined && { 'last-event-id': place }),
        },
        signal,
        withinMs: longestMs,
      });
      backoff = createBackoff(pauses);
      for await (const { id: at, event, data } of readMessages(answer.body!)) {
        place = at ?? place;
        const part = partOf(event, data);
        if (part === null) continue;
        onPart(part);
        if (part.kind === 'end') return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof CallError && error.kind === 'refused') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, backoff.nextMs()));
  }
}

function partOf(event: string, data: string): LogPart | null {
  if (event === 'stdout' || event === 'stderr')
    return { kind: 'text', chunk: JSON.parse(data) as LogChunk };
  if (event === 'gap') return { kind: 'gap', bytes: (JSON.parse(data) as { bytes: number }).bytes };
  return event === 'end' ? { kind: 'end', end: JSON.parse(data) as LogEnd } : null;
}
