import { given, list, objectIn, textIn, type Loose } from '../../request/loose.ts';
import { UnreadableForm, type ReadForm } from '../form.ts';
import { messagesOf } from './read-items.ts';

/** Nothing is stored of an answer, so that its id means nothing later. */
const stored = ['previous_response_id', 'conversation'] as const;

/** Fields that chat completions have under the same name. */
const same = [
  'model',
  'stream',
  'temperature',
  'top_p',
  'parallel_tool_calls',
  'user',
  'metadata',
  'service_tier',
  'safety_identifier',
] as const;

/** Reads a request in the form of OpenAI's responses. Throws `UnreadableForm`. */
export function readResponses(body: Loose): ReadForm {
  for (const field of stored)
    if (body[field] !== undefined && body[field] !== null)
      throw new UnreadableForm(
        field,
        'VX11 stores no answers. Send all items of the conversation as input instead.',
      );
  if (body['background'] === true)
    throw new UnreadableForm('background', 'VX11 answers only while the caller waits.');
  const dropped: string[] = [];
  const tools = list(body['tools']).flatMap((tool) => toolOf(tool, dropped));
  const text = objectIn(body['text']);
  const conversation = textIn(body['prompt_cache_key']);
  return {
    body: given({
      ...Object.fromEntries(same.map((field) => [field, body[field]])),
      messages: messagesOf(body, dropped),
      max_completion_tokens: body['max_output_tokens'],
      reasoning_effort: objectIn(body['reasoning'])['effort'],
      verbosity: text['verbosity'],
      response_format: formatOf(objectIn(text['format'])),
      tools: tools.length === 0 ? undefined : tools,
      tool_choice: tools.length === 0 ? undefined : choiceOf(body['tool_choice']),
      stream_options: body['stream'] === true ? { include_usage: true } : undefined,
    }),
    dropped,
    conversation: conversation === '' ? null : conversation.slice(0, 200),
  };
}

/** Tools that only OpenAI itself runs cannot be asked of others. */
function toolOf({ type, ...tool }: Loose, dropped: string[]): Loose[] {
  if (type !== 'function') {
    dropped.push(`tools.${textIn(type)}`);
    return [];
  }
  const { name, description, parameters, strict } = tool;
  return [{ type, function: given({ name, description, parameters, strict }) }];
}

function choiceOf(choice: unknown): unknown {
  if (typeof choice === 'string') return choice;
  const { type, name, mode } = objectIn(choice);
  if (type === 'function') return { type, function: { name } };
  return type === 'allowed_tools' ? mode : undefined;
}

function formatOf({ type, ...schema }: Loose): Loose | undefined {
  if (type === 'json_object') return { type };
  return type === 'json_schema' ? { type, json_schema: schema } : undefined;
}
