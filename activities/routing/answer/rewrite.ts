import { choicesOf } from '../wire/openai.ts';
import type { JsonObject } from '../wire/wire.ts';
import { createToolIndexes } from './tool-indexes.ts';

/** What an answer is called: `chatcmpl-…`, and `provider/model`. */
export interface AnswerName {
  id: string;
  model: string;
}

/**
 * Rewrites the chunks of one stream: id, model, indexes of tool calls, and the role in the first delta of each choice. Usage is
 * taken out, as it gets its own last chunk.
 */
export function createRewrite({ id, model }: AnswerName): (chunk: JsonObject) => JsonObject | null {
  const indexes = new Map<unknown, ReturnType<typeof createToolIndexes>>();
  const rewriteDelta = (choice: unknown, delta: JsonObject): JsonObject => {
    const known = indexes.get(choice);
    if (known !== undefined) return known(delta);
    const first = createToolIndexes();
    indexes.set(choice, first);
    return first({ role: 'assistant', ...delta });
  };
  return (chunk) => {
    const { usage: _, ...rest } = chunk;
    const choices = choicesOf(chunk).map((choice) => {
      const delta = choice['delta'];
      if (typeof delta !== 'object' || delta === null) return choice;
      return { ...choice, delta: rewriteDelta(choice['index'] ?? 0, delta as JsonObject) };
    });
    if (choices.length === 0) return null;
    return { ...rest, id, object: 'chat.completion.chunk', model, choices };
  };
}

/** The last chunk of a stream whose caller asked for usage. */
export const usageChunk = (
  { id, model }: AnswerName,
  usage: unknown,
  created: number,
): JsonObject => ({
  id,
  object: 'chat.completion.chunk',
  created,
  model,
  choices: [],
  usage,
});

/** A whole answer under our names; all else stays as the provider sent it. */
export const renamed = ({ id, model }: AnswerName, body: JsonObject): JsonObject => ({
  ...body,
  id,
  object: 'chat.completion',
  model,
});
