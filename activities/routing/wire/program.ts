import type { FailureKind } from '../../../contracts/routing.ts';
import type { ProgramUsage } from '../../../domain/routing/cli/answer.ts';
import { WireFailure, type JsonObject, type Wire } from './wire.ts';

/** What became of a program that a task ran for a target. */
export interface ProgramAnswer {
  /** Null if it gave none. */
  text: string | null;
  /** As the program counted it. */
  usage: ProgramUsage | null;
  why: string | null;
  /** What its failure means; null for an answer. */
  kind: FailureKind | null;
  ms: number;
}

/** Gives the answer of a program that has ended, in the form of OpenAI. */
export function programWire(ran: ProgramAnswer | null): Wire {
  const text = (): string => {
    if (ran?.text != null) return ran.text;
    throw new WireFailure(
      { message: ran?.why ?? 'the program did not run' },
      { kind: ran?.kind ?? 'failed' },
    );
  };
  const usage = ran?.usage == null ? {} : { usage: usageOf(ran.usage) };
  const created = Math.floor(Date.now() / 1000);
  const part = (delta: JsonObject, finish_reason: string | null): JsonObject => ({
    object: 'chat.completion.chunk',
    created,
    choices: [{ index: 0, delta, finish_reason }],
  });
  return {
    async *stream() {
      yield part({ role: 'assistant', content: text() }, null);
      yield { ...part({}, 'stop'), ...usage };
    },
    async complete() {
      const message = { role: 'assistant', content: text() };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      return { object: 'chat.completion', created, choices, ...usage };
    },
  };
}

const usageOf = ({ tokens_in, tokens_out, cached }: ProgramUsage): JsonObject => ({
  prompt_tokens: tokens_in,
  completion_tokens: tokens_out,
  total_tokens: tokens_in + tokens_out,
  prompt_tokens_details: { cached_tokens: cached },
});
