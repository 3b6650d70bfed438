import { z } from 'zod';
import { toolsets, type Narrowing, type Toolset } from './tool.ts';

const names: ReadonlySet<string> = new Set(toolsets);

/** The query of `POST /mcp`: it only narrows. */
export const narrowingQuery = z.strictObject({
  toolsets: z
    .string()
    .max(64)
    .refine((text) => text.split(',').every((name) => names.has(name)), {
      message: `a list of ${toolsets.join(', ')}`,
    })
    .optional()
    .meta({ description: `Only these sets of tools: ${toolsets.join(', ')}` }),
  read_only: z.enum(['0', '1']).optional().meta({ description: '1: only tools that read' }),
});

export function narrowingOf(query: z.infer<typeof narrowingQuery>): Narrowing {
  const chosen = query.toolsets?.split(',') ?? toolsets;
  return { toolsets: new Set(chosen as Toolset[]), readOnly: query.read_only === '1' };
}
