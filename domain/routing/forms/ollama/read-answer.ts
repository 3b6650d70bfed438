import { list, objectIn, textIn, type Loose } from '../../request/loose.ts';

/** Reads the lines of one answer of Ollama's `/api/chat`. */
export interface OllamaReader {
  /** The chunks of chat completions that a line is. */
  chunks(line: Loose): Loose[];
  /** The line that ends an answer came. */
  done(): boolean;
}

/** @param now epoch seconds */
export function readOllama(now: number): OllamaReader {
  let calls = 0;
  let isDone = false;
  const chunk = (delta: Loose, finish_reason: string | null = null): Loose => ({
    created: now,
    choices: [{ index: 0, delta, finish_reason }],
  });
  return {
    done: () => isDone,
    chunks(line) {
      const { content, thinking, tool_calls } = objectIn(line['message']);
      const found: Loose[] = [];
      if (textIn(thinking) !== '') found.push(chunk({ reasoning_content: thinking }));
      if (textIn(content) !== '') found.push(chunk({ content }));
      for (const call of list(tool_calls)) {
        const { name, arguments: given } = objectIn(call['function']);
        // calls come whole; older servers give them no id
        const id = textIn(call['id']) || `call_${calls}`;
        const about = { name, arguments: JSON.stringify(given ?? {}) };
        found.push(
          chunk({ tool_calls: [{ index: calls, id, type: 'function', function: about }] }),
        );
        calls += 1;
      }
      if (line['done'] === true) {
        isDone = true;
        const reason = textIn(line['done_reason']);
        const finish = reason === 'length' ? 'length' : calls > 0 ? 'tool_calls' : 'stop';
        found.push({ ...chunk({}, finish), usage: usageOf(line) });
      }
      return found;
    },
  };
}

const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

function usageOf(line: Loose): Loose {
  const prompt_tokens = count(line['prompt_eval_count']);
  const completion_tokens = count(line['eval_count']);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
