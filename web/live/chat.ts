import type { z } from 'zod';
import { readMessages } from '../../client/sse-messages.ts';
import type { chatAnswer, chatStep } from '../../contracts/chat.ts';
import { CallError, send, type Problem } from './call.ts';

export type ChatAnswer = z.infer<typeof chatAnswer>;
export type ChatStep = z.infer<typeof chatStep>;

const withinMs = 20_000;

/**
 * Sends one chat message and hands on what arrives before its answer. It is sent once: after a break the work that it
 * started continues, so it is never repeated. Throws `CallError`; `no_answer` means that nobody knows what became of it.
 */
export async function chat(
  body: { message: string; session_id: string; dry_run: boolean },
  on: { text(delta: string): void; step(step: ChatStep): void },
): Promise<ChatAnswer> {
  const answer = await send('POST', '/madre/chat', {
    body,
    headers: { accept: 'text/event-stream' },
    withinMs,
  });
  try {
    for await (const { event, data } of readMessages(answer.body!)) {
      const content: unknown = JSON.parse(data);
      if (event === 'text') on.text((content as { delta: string }).delta);
      else if (event === 'step') on.step(content as ChatStep);
      else if (event === 'answer') return content as ChatAnswer;
      else if (event === 'error') throw new CallError(content as Problem);
    }
  } catch (error) {
    if (error instanceof CallError) throw error;
    throw lost(error);
  }
  throw lost();
}

const lost = (cause?: unknown): CallError =>
  new CallError({ title: 'No answer', status: 0, error: 'no_answer' }, null, cause);
