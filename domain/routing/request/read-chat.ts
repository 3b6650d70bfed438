import type { Capability } from '../../../contracts/routing.ts';
import { list, type Loose } from './loose.ts';
import { utf8Length } from './utf8.ts';

/** What the text of a chat request tells about what it needs. Texts are read and not kept. */
export interface ChatFacts {
  /** Bytes of UTF-8 of all texts and tools. */
  bytes_in: number;
  /** Share of the largest part that must fit a context by itself. */
  largest_part: number;
  /** For pictures and sounds. */
  extra_tokens: number;
  max_output: number | null;
  /** Answers that it asks for. */
  choices: number;
  needs: Capability[];
  /** It asks for thoughts before the answer. */
  thinks: boolean;
  /** Texts of the person, oldest first. */
  texts: string[];
  /** The first texts, which all turns of a conversation share. */
  opening: string;
  has_pictures: boolean;
  has_audio: boolean;
  uses_tools: boolean;
  /** The only families that can take its history; null: any. */
  families: string[] | null;
}

/** What a picture or a sound usually costs in tokens. */
const tokensOfPart = 1000;

/** Reads a request in the form of OpenAI's chat completions. Fields of a shape that is not known count as absent. */
export function readChat(body: Loose): ChatFacts {
  const messages = list(body['messages']);
  const parts = messages.flatMap(({ content }) => list(content));
  const pictures = parts.filter(({ type }) => type === 'image_url' || type === 'image').length;
  const sounds = parts.filter(({ type }) => type === 'input_audio' || type === 'audio').length;
  const calls = messages.flatMap(({ tool_calls }) => list(tool_calls));
  const tools = list(body['tools']);
  const choice = body['tool_choice'];
  const offers = tools.length > 0 && choice !== 'none';
  const sizes = messages.map((message) => utf8Length(textOf(message)));
  const callBytes = calls.length === 0 ? 0 : utf8Length(JSON.stringify(calls));
  const toolBytes = tools.length === 0 ? 0 : utf8Length(JSON.stringify(tools));
  return {
    bytes_in: sizes.reduce((sum, size) => sum + size, callBytes + toolBytes),
    largest_part: 1,
    extra_tokens: (pictures + sounds) * tokensOfPart,
    max_output: positive(body['max_completion_tokens']) ?? positive(body['max_tokens']),
    choices: positive(body['n']) ?? 1,
    needs: [
      ...(offers || calls.length > 0 ? (['tools'] as const) : []),
      ...(pictures > 0 ? (['vision'] as const) : []),
      ...(wantsJson(body) ? (['json'] as const) : []),
      ...(sounds > 0 ? (['audio'] as const) : []),
    ],
    thinks: wantsThoughts(body),
    texts: messages.filter(({ role }) => role === 'user').map(textOf),
    opening: messages.slice(0, 2).map(textOf).join('\n'),
    has_pictures: pictures > 0,
    has_audio: sounds > 0,
    uses_tools:
      calls.length > 0 || choice === 'required' || (typeof choice === 'object' && choice !== null),
    families: calls.some(isSigned) ? ['gemini'] : null,
  };
}

/** A call with a signature of Gemini, which only Gemini takes back. */
const isSigned = (call: Loose): boolean =>
  JSON.stringify(call['extra_content'] ?? {}).includes('thought_signature');

/** A JSON object or a schema is asked for. */
export const wantsJson = (body: Loose): boolean => {
  const type = (body['response_format'] as Loose | null | undefined)?.['type'];
  return type === 'json_schema' || type === 'json_object';
};

/** Efforts that every model can make. */
const noEffort: ReadonlySet<unknown> = new Set([undefined, null, '', 'none', 'minimal']);

/** A request for thoughts in OpenAI's form (`reasoning_effort`) or OpenRouter's (`reasoning`). */
function wantsThoughts({ reasoning_effort, reasoning }: Loose): boolean {
  if (!noEffort.has(reasoning_effort)) return true;
  const { enabled, effort, max_tokens } = (reasoning ?? {}) as Loose;
  if (enabled === false) return false;
  return enabled === true || !noEffort.has(effort) || positive(max_tokens) !== null;
}

/** The text of one message: its content, or the text parts of it. */
export function textOf({ content }: Loose): string {
  if (typeof content === 'string') return content;
  return list(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .filter((text) => text !== '')
    .join('\n');
}

const positive = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
