import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { logChunk, logEnd, outputStream, type LogChunk, type LogEnd } from '../contracts/task.ts';
import { readMessages } from './sse-messages.ts';
import { GatewayFailure } from './gateway-failure.ts';
import type { GatewayClient } from './gateway-client.ts';

const logGap = z.strictObject({ attempt: z.int(), stream: outputStream, bytes: z.number() });

/** One event of a task's log. */
export type LogMessage =
  | ({ kind: 'text' } & LogChunk)
  | ({ kind: 'gap' } & z.infer<typeof logGap>)
  | ({ kind: 'end' } & LogEnd);

/** A piece of output byte for byte: its text, or its bytes if it is not UTF-8. */
export const bytesOr = (text: string, base64: string | undefined): string | Uint8Array =>
  base64 === undefined ? text : Buffer.from(base64, 'base64');

const reconnectMs = 500;
const longestPauseMs = 5000;

/**
 * Yields a task's output from its start to its end. After a broken connection it reconnects and continues where it
 * stopped. Throws if it cannot connect at all; ends when `signal` aborts.
 * @param isOver if given, it decides before each pause whether to stop while the log is refused or unreachable: `true`
 *   ends the stream, and anything that it throws is passed on
 */
export async function* readLog(
  gateway: GatewayClient,
  taskId: string,
  signal: AbortSignal,
  isOver?: (refusal: unknown) => Promise<boolean>,
): AsyncGenerator<LogMessage> {
  let place: string | undefined;
  let pause = reconnectMs;
  for (let connected = false; !signal.aborted;) {
    try {
      const answer = await gateway.stream(`/vx11/spawn/${taskId}/logs`, signal, { after: place });
      connected = true;
      pause = reconnectMs;
      for await (const { id, event, data } of readMessages(answer.body!)) {
        const message = parse(event, data);
        if (message === null) continue;
        place = id ?? place;
        yield message;
        if (message.kind === 'end') return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof GatewayFailure && !error.retryable) throw error;
      if (!connected && isOver === undefined) throw error;
      if ((await isOver?.(error)) === true) return;
      pause = Math.min(2 * pause, longestPauseMs);
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

function parse(event: string, text: string): LogMessage | null {
  const data: unknown = JSON.parse(text);
  if (event === 'end') return { kind: 'end', ...logEnd.parse(data) };
  if (event === 'gap') return { kind: 'gap', ...logGap.parse(data) };
  if (event === 'stdout' || event === 'stderr') return { kind: 'text', ...logChunk.parse(data) };
  return null;
}
