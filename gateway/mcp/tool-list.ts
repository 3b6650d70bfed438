import { z } from 'zod';
import type { Caller } from '../http/caller.ts';
import { annotationsOf, type Narrowing, type Tool } from './tool.ts';
import { mayUse, tools } from './tools/index.ts';

/** A tool as clients see it. */
export interface ListedTool {
  [key: string]: unknown;
  name: string;
  title: string;
  description: string;
  inputSchema: { [key: string]: unknown; type: 'object' };
  annotations: ReturnType<typeof annotationsOf>;
}

function listed(tool: Tool): ListedTool {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(tool.input, { io: 'input' });
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: inputSchema as ListedTool['inputSchema'],
    annotations: annotationsOf(tool),
  };
}

/** Made once: the list is the same for every connection, but for the tools that it may not use. */
const all = tools.map((tool) => ({ tool, shown: listed(tool) }));

export const listTools = (caller: Pick<Caller, 'scope'>, narrowing: Narrowing): ListedTool[] =>
  all.flatMap(({ tool, shown }) => (mayUse(tool, caller, narrowing) ? shown : []));

const byName = new Map(tools.map((tool) => [tool.name, tool]));
export const findTool = (name: string): Tool | null => byName.get(name) ?? null;
