import type { ModelMessage, SystemModelMessage, ToolChoice, ToolSet } from 'ai';
import { textOf } from '../../../domain/routing/request/read-chat.ts';
import { cacheOption, type CacheControl, type CacheOption } from './cache-control.ts';
import type { JsonObject } from './wire.ts';

/** A tool without the type of its input. */
type SdkTool = CacheOption & { description?: string; parameters: JsonObject };

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
type Effort = (typeof efforts)[number];

/** A request in the form of the AI SDK. */
export interface SdkRequest {
  instructions: SystemModelMessage[] | undefined;
  messages: ModelMessage[];
  tools: Record<string, SdkTool>;
  toolChoice: ToolChoice<ToolSet> | undefined;
  maxOutputTokens: number | undefined;
  temperature: number | undefined;
  topP: number | undefined;
  stopSequences: string[] | undefined;
  /** How much is thought before the answer. */
  reasoning: Effort | undefined;
  /** The schema that the answer must fit. */
  schema: JsonObject | undefined;
  /** What holds for the request as a whole. */
  providerOptions:
    { anthropic: { disableParallelToolUse?: true; cacheControl?: CacheControl } } | undefined;
}

const objects = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? (value as JsonObject[]) : [];
const numberIn = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Translates a request in the form of OpenAI. What it does not know is left out. */
export function sdkRequest(body: JsonObject): SdkRequest {
  const messages = objects(body['messages']);
  const isSystem = ({ role }: JsonObject): boolean => role === 'system' || role === 'developer';
  const instructions = instructionsOf(messages.filter(isSystem));
  const names = toolNames(messages);
  const { stop } = body;
  const format = body['response_format'] as JsonObject | undefined;
  const jsonSchema = format?.['json_schema'] as JsonObject | undefined;
  return {
    instructions: instructions.length === 0 ? undefined : instructions,
    messages: messages.filter((one) => !isSystem(one)).map((one) => messageOf(one, names)),
    tools: Object.fromEntries(objects(body['tools']).map(toolOf)),
    toolChoice: choiceOf(body['tool_choice']),
    maxOutputTokens: numberIn(body['max_tokens']) ?? numberIn(body['max_completion_tokens']),
    temperature: numberIn(body['temperature']),
    topP: numberIn(body['top_p']),
    stopSequences: typeof stop === 'string' ? [stop] : (stop as string[] | undefined),
    reasoning: effortOf(body),
    schema: jsonSchema?.['schema'] as JsonObject | undefined,
    providerOptions: optionsOf(body),
  };
}

function optionsOf(body: JsonObject): SdkRequest['providerOptions'] {
  const cache = cacheOption(body).providerOptions?.anthropic;
  const alone = body['parallel_tool_calls'] === false && objects(body['tools']).length > 0;
  return cache === undefined && !alone
    ? undefined
    : { anthropic: { ...cache, ...(alone && { disableParallelToolUse: true as const }) } };
}

/** What the SDK has no word for is left to the provider. */
function effortOf({ reasoning_effort, reasoning }: JsonObject): Effort | undefined {
  const said = reasoning_effort ?? (reasoning as JsonObject | null | undefined)?.['effort'];
  return efforts.find((one) => one === said);
}

/** One text; several if some of them end what the provider should cache. */
function instructionsOf(messages: JsonObject[]): SystemModelMessage[] {
  const parts = messages.flatMap((message) =>
    objects(message['content']).some(({ cache_control }) => cache_control != null)
      ? objects(message['content'])
      : [{ text: textOf(message), cache_control: message['cache_control'] }],
  );
  const texts: SystemModelMessage[] = [];
  let text = '';
  for (const [at, part] of parts.entries()) {
    text = [text, textIn(part['text'])].filter(Boolean).join('\n\n');
    const option = cacheOption(part);
    if (text === '' || (option.providerOptions === undefined && at < parts.length - 1)) continue;
    texts.push({ role: 'system', content: text, ...option });
    text = '';
  }
  return texts;
}

const functionOf = (holder: JsonObject): JsonObject => (holder['function'] ?? {}) as JsonObject;

/** A result names only the id of its call. */
const toolNames = (messages: readonly JsonObject[]): Map<string, string> =>
  new Map(
    messages
      .flatMap(({ tool_calls }) => objects(tool_calls))
      .map((call) => [textIn(call['id']), textIn(functionOf(call)['name'])]),
  );

function toolOf(tool: JsonObject): [string, SdkTool] {
  const { name, description, parameters } = functionOf(tool);
  return [
    textIn(name),
    {
      ...(typeof description === 'string' && { description }),
      parameters: (parameters ?? { type: 'object', properties: {} }) as JsonObject,
      ...cacheOption(tool),
    },
  ];
}

function choiceOf(choice: unknown): ToolChoice<ToolSet> | undefined {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  if (typeof choice !== 'object' || choice === null) return undefined;
  return { type: 'tool', toolName: textIn(functionOf(choice as JsonObject)['name']) };
}

function messageOf(message: JsonObject, names: ReadonlyMap<string, string>): ModelMessage {
  const { role, content } = message;
  if (role === 'tool') {
    const toolCallId = textIn(message['tool_call_id']);
    const output = { type: 'text' as const, value: textOf(message) };
    const toolName = names.get(toolCallId) ?? '';
    const part = { type: 'tool-result' as const, toolCallId, toolName, output };
    return { role, content: [{ ...part, ...cacheOption(message) }] };
  }
  if (role !== 'assistant')
    return { role: 'user', content: partsOf(content), ...cacheOption(message) };
  const text = textOf(message);
  const calls = objects(message['tool_calls']).map((call) => ({
    type: 'tool-call' as const,
    toolCallId: textIn(call['id']),
    toolName: textIn(functionOf(call)['name']),
    input: parsed(textIn(functionOf(call)['arguments'])),
  }));
  return {
    role,
    content: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...calls],
    ...cacheOption(message),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a call that was cut
  }
}

type UserPart = CacheOption &
  ({ type: 'text'; text: string } | { type: 'image'; image: string | URL });

function partsOf(content: unknown): UserPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return objects(content).flatMap((part): UserPart[] => {
    const { text } = part;
    if (typeof text === 'string') return [{ type: 'text', text, ...cacheOption(part) }];
    const url = (part['image_url'] as JsonObject | undefined)?.['url'];
    if (typeof url !== 'string') return [];
    const image = url.startsWith('data:') ? url : new URL(url);
    return [{ type: 'image', image, ...cacheOption(part) }];
  });
}
