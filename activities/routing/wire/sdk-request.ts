import type { ModelMessage, ToolChoice, ToolSet } from 'ai';
import { textOf } from '../../../domain/routing/request/read-chat.ts';
import type { JsonObject } from './wire.ts';

/** A request in the form of the AI SDK. */
export interface SdkRequest {
  instructions: string | undefined;
  messages: ModelMessage[];
  tools: Record<string, { description?: string; parameters: JsonObject }>;
  toolChoice: ToolChoice<ToolSet> | undefined;
  maxOutputTokens: number | undefined;
  temperature: number | undefined;
  topP: number | undefined;
  stopSequences: string[] | undefined;
  /** The schema that the answer must fit. */
  schema: JsonObject | undefined;
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
  const instructions = messages.filter(isSystem).map(textOf).join('\n\n');
  const names = toolNames(messages);
  const { stop } = body;
  const format = body['response_format'] as JsonObject | undefined;
  const jsonSchema = format?.['json_schema'] as JsonObject | undefined;
  return {
    instructions: instructions === '' ? undefined : instructions,
    messages: messages.filter((one) => !isSystem(one)).map((one) => messageOf(one, names)),
    tools: Object.fromEntries(objects(body['tools']).map(toolOf)),
    toolChoice: choiceOf(body['tool_choice']),
    maxOutputTokens: numberIn(body['max_tokens']) ?? numberIn(body['max_completion_tokens']),
    temperature: numberIn(body['temperature']),
    topP: numberIn(body['top_p']),
    stopSequences: typeof stop === 'string' ? [stop] : (stop as string[] | undefined),
    schema: jsonSchema?.['schema'] as JsonObject | undefined,
  };
}

const functionOf = (holder: JsonObject): JsonObject => (holder['function'] ?? {}) as JsonObject;

/** A result names only the id of its call. */
const toolNames = (messages: readonly JsonObject[]): Map<string, string> =>
  new Map(
    messages
      .flatMap(({ tool_calls }) => objects(tool_calls))
      .map((call) => [textIn(call['id']), textIn(functionOf(call)['name'])]),
  );

function toolOf(tool: JsonObject): [string, { description?: string; parameters: JsonObject }] {
  const { name, description, parameters } = functionOf(tool);
  return [
    textIn(name),
    {
      ...(typeof description === 'string' && { description }),
      parameters: (parameters ?? { type: 'object', properties: {} }) as JsonObject,
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
    return { role, content: [{ type: 'tool-result', toolCallId, toolName, output }] };
  }
  if (role !== 'assistant') return { role: 'user', content: partsOf(content) };
  const text = textOf(message);
  const calls = objects(message['tool_calls']).map((call) => ({
    type: 'tool-call' as const,
    toolCallId: textIn(call['id']),
    toolName: textIn(functionOf(call)['name']),
    input: parsed(textIn(functionOf(call)['arguments'])),
  }));
  return { role, content: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...calls] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a call that was cut
  }
}

type UserPart = { type: 'text'; text: string } | { type: 'image'; image: string | URL };

function partsOf(content: unknown): UserPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return objects(content).flatMap((part): UserPart[] => {
    if (typeof part['text'] === 'string') return [{ type: 'text', text: part['text'] }];
    const url = (part['image_url'] as JsonObject | undefined)?.['url'];
    if (typeof url !== 'string') return [];
    return [{ type: 'image', image: url.startsWith('data:') ? url : new URL(url) }];
  });
}
