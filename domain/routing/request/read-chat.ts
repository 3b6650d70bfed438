import type { Capability } from '../../../contracts/routing.ts';

/** What the text of a chat request tells about what it needs. Texts are read and not kept. */
export interface ChatFacts {
  /** Bytes of UTF-8 of all texts and tools. */
  bytes_in: number;
  /** For pictures and sounds. */
  extra_tokens: number;
  max_output: number | null;
  needs: Capability[];
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

type Loose = Record<string, unknown>;

/** What a picture or a sound usually costs in tokens. */
const tokensOfPart = 1000;

const list = (value: unknown): Loose[] => (Array.isArray(value) ? (value as Loose[]) : []);

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
    extra_tokens: (pictures + sounds) * tokensOfPart,
    max_output: positive(body['max_completion_tokens']) ?? positive(body['max_tokens']),
    needs: [
      ...(offers || calls.length > 0 ? (['tools'] as const) : []),
      ...(pictures > 0 ? (['vision'] as const) : []),
      ...(wantsJson(body) ? (['json'] as const) : []),
      ...(sounds > 0 ? (['audio'] as const) : []),
    ],
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

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // a pair of surrogates is four bytes, two for each half
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
