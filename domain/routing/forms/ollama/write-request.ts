import { given, list, objectIn, textIn, type Loose } from '../../request/loose.ts';
import { textOf } from '../../request/read-chat.ts';
import { UnreadableForm } from '../form.ts';

/** Options of a model that both forms have, under their names in chat completions and at Ollama. */
const options = [
  ['temperature', 'temperature'],
  ['top_p', 'top_p'],
  ['seed', 'seed'],
  ['presence_penalty', 'presence_penalty'],
  ['frequency_penalty', 'frequency_penalty'],
] as const;

/**
 * Writes a request of chat completions for Ollama's own `/api/chat`, where the context can be asked for, and a prompt that is
 * too long is an error instead of being cut. Throws `UnreadableForm`.
 *
 * @param model at the server
 * @param context tokens to load the model with; null: as the server does
 */
export function writeOllama(body: Loose, model: string, context: number | null): Loose {
  const names = new Map(
    list(body['messages'])
      .flatMap(({ tool_calls }) => list(tool_calls))
      .map((call) => [call['id'], objectIn(call['function'])['name']]),
  );
  const tools = body['tool_choice'] === 'none' ? [] : list(body['tools']);
  return given({
    model,
    messages: list(body['messages']).map((one, at) => messageOf(one, at, names)),
    tools: tools.length === 0 ? undefined : tools,
    format: formatOf(objectIn(body['response_format'])),
    think: thinkOf(body['reasoning_effort'], model),
    truncate: false,
    options: given({
      num_ctx: context,
      num_predict: body['max_completion_tokens'] ?? body['max_tokens'],
      stop: typeof body['stop'] === 'string' ? [body['stop']] : body['stop'],
      ...Object.fromEntries(options.map(([from, to]) => [to, body[from]])),
    }),
  });
}

function messageOf(message: Loose, at: number, names: ReadonlyMap<unknown, unknown>): Loose {
  const { role, reasoning_content, tool_call_id } = message;
  const images = list(message['content'])
    .filter(({ type }) => type === 'image_url')
    .map((part) => pictureOf(textIn(objectIn(part['image_url'])['url']), at));
  const calls = list(message['tool_calls']).map((call) => {
    const { name, arguments: text } = objectIn(call['function']);
    return { function: { name, arguments: parsed(textIn(text)) } };
  });
  return given({
    role: role === 'developer' ? 'system' : role,
    content: textOf(message),
    thinking: reasoning_content,
    images: images.length === 0 ? undefined : images,
    tool_calls: calls.length === 0 ? undefined : calls,
    tool_name: role === 'tool' ? names.get(tool_call_id) : undefined,
  });
}

function pictureOf(url: string, at: number): string {
  const data = /^data:[^;,]+;base64,(.+)$/s.exec(url)?.[1];
  if (data !== undefined) return data;
  throw new UnreadableForm(`messages.${at}`, 'Ollama takes pictures as data: URLs in base64 only.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    return {}; // a call that was cut
  }
}

function formatOf({ type, json_schema }: Loose): unknown {
  if (type === 'json_object') return 'json';
  return type === 'json_schema' ? objectIn(json_schema)['schema'] : undefined;
}

/** Only gpt-oss knows how hard to think; the others do or do not. */
function thinkOf(effort: unknown, model: string): unknown {
  if (typeof effort !== 'string') return undefined;
  if (effort === 'none') return false;
  return model.includes('gpt-oss') ? effort : true;
}
