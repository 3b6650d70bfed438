import { given, list, objectIn, textIn, type Loose } from '../../request/loose.ts';
import type { ReadForm } from '../form.ts';
import { turnOf } from './read-turns.ts';

/** Fields that chat completions have under the same name. */
const same = ['model', 'stream', 'max_tokens', 'temperature', 'top_p', 'cache_control'] as const;
/** Fields that no other form has, and that change the answer. */
const alone = ['top_k', 'mcp_servers', 'container'] as const;

/** From this budget for thoughts on, in tokens, a model thinks hard, and from this on at all but a little. */
const effort = { high: 8192, medium: 2048 };

/** Reads a request in the form of Anthropic's messages. Throws `UnreadableForm`. */
export function readMessages(body: Loose): ReadForm {
  const dropped: string[] = alone.filter(
    (field) => body[field] !== undefined && body[field] !== null,
  );
  const system = systemOf(body['system']);
  const turns = list(body['messages']).flatMap((turn, at) => turnOf(turn, at, dropped));
  const tools = list(body['tools']).flatMap((tool) => toolOf(tool, dropped));
  const choice = objectIn(body['tool_choice']);
  return {
    body: given({
      ...Object.fromEntries(same.map((field) => [field, body[field]])),
      messages: [...(system.length === 0 ? [] : [{ role: 'system', content: system }]), ...turns],
      stop: body['stop_sequences'],
      user: objectIn(body['metadata'])['user_id'],
      reasoning_effort: effortOf(body),
      response_format: formatOf(body),
      tools: tools.length === 0 ? undefined : tools,
      tool_choice: tools.length === 0 ? undefined : choiceOf(choice),
      parallel_tool_calls: choice['disable_parallel_tool_use'] === true ? false : undefined,
      stream_options: body['stream'] === true ? { include_usage: true } : undefined,
    }),
    dropped,
    conversation: null,
  };
}

/** As one text; as parts only if one of them ends what a provider should cache. */
function systemOf(system: unknown): string | Loose[] {
  if (typeof system === 'string') return system;
  const blocks = list(system);
  return blocks.some(({ cache_control }) => cache_control != null)
    ? blocks.map(({ text, cache_control }) => given({ type: 'text', text, cache_control }))
    : blocks.map(({ text }) => textIn(text)).join('\n\n');
}

/** Tools that Anthropic itself runs cannot be asked of others. */
function toolOf(
  { type = 'custom', name, description, input_schema, cache_control }: Loose,
  dropped: string[],
): Loose[] {
  if (type !== 'custom') {
    dropped.push(`tools.${textIn(type)}`);
    return [];
  }
  const about = given({ name, description, parameters: input_schema });
  return [given({ type: 'function', function: about, cache_control })];
}

function choiceOf({ type, name }: Loose): unknown {
  if (type === 'tool') return { type: 'function', function: { name } };
  if (type === 'any') return 'required';
  return type === 'auto' || type === 'none' ? type : undefined;
}

function effortOf({ thinking, output_config }: Loose): unknown {
  const said = objectIn(output_config)['effort'];
  if (said !== undefined) return said === 'max' || said === 'xhigh' ? 'high' : said;
  const { type, budget_tokens } = objectIn(thinking);
  if (type !== 'enabled' || typeof budget_tokens !== 'number') return undefined;
  if (budget_tokens >= effort.high) return 'high';
  return budget_tokens >= effort.medium ? 'medium' : 'low';
}

function formatOf({ output_config, output_format }: Loose): Loose | undefined {
  const { type, schema } = objectIn(objectIn(output_config)['format'] ?? output_format);
  return type === 'json_schema'
    ? { type, json_schema: { name: 'answer', schema, strict: true } }
    : undefined;
}
