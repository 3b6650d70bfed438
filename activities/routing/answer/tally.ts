import { choicesOf } from '../wire/openai.ts';
import type { JsonObject } from '../wire/wire.ts';
import { usageOf, type Usage } from './usage.ts';

/** What came of an answer so far. */
export interface Tally {
  /** Text, a tool call, reasoning or audio came: from now on no other target may answer. */
  content: boolean;
  /** UTF-16 units of everything that the model wrote. */
  length: number;
  text: string;
  usage: Usage | null;
  /** As the provider sent it, with fields that we do not read. */
  rawUsage: unknown;
  finish: string | null;
  /** Arguments by place of the call in the answer. */
  toolArguments: Map<number, string>;
  /** Of texts, that came. */
  vectors: number;
}

/** Of the text, so much is kept: enough to see whether it is JSON. */
const keptText = 1024 * 1024;
const written = ['content', 'reasoning_content', 'reasoning', 'refusal'] as const;

export const newTally = (): Tally => ({
  content: false,
  length: 0,
  text: '',
  usage: null,
  rawUsage: null,
  finish: null,
  toolArguments: new Map(),
  vectors: 0,
});

/** Counts a chunk, or a whole answer, into `tally`. */
export function count(tally: Tally, body: JsonObject): void {
  const usage = usageOf(body['usage']);
  if (usage !== null) {
    tally.usage = usage;
    tally.rawUsage = body['usage'];
  }
  if (Array.isArray(body['data'])) {
    tally.vectors += (body['data'] as JsonObject[]).filter(hasVector).length;
    tally.content ||= tally.vectors > 0;
  }
  for (const choice of choicesOf(body)) {
    if (typeof choice['finish_reason'] === 'string') tally.finish = choice['finish_reason'];
    countMessage(tally, (choice['delta'] ?? choice['message'] ?? {}) as JsonObject);
  }
}

const hasVector = (row: JsonObject): boolean =>
  typeof row['embedding'] === 'string' || Array.isArray(row['embedding']);

function countMessage(tally: Tally, message: JsonObject): void {
  for (const field of written) {
    const text = message[field];
    if (typeof text !== 'string' || text === '') continue;
    tally.content = true;
    tally.length += text.length;
    if (field === 'content' && tally.text.length < keptText) tally.text += text;
  }
  if (message['audio'] !== undefined && message['audio'] !== null) tally.content = true;
  const calls = message['tool_calls'];
  if (!Array.isArray(calls)) return;
  (calls as JsonObject[]).forEach((call, at) => {
    tally.content = true;
    const place = typeof call['index'] === 'number' ? call['index'] : at;
    const text = (call['function'] as JsonObject | undefined)?.['arguments'];
    const more = typeof text === 'string' ? text : '';
    tally.length += more.length;
    tally.toolArguments.set(place, (tally.toolArguments.get(place) ?? '') + more);
  });
}

export const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Whether the arguments of all tool calls can be read; null without tool calls. */
export const toolCallsParse = ({ toolArguments }: Tally): boolean | null =>
  toolArguments.size === 0
    ? null
    : [...toolArguments.values()].every((text) => text === '' || isJson(text));
