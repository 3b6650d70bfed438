import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { listTools } from '../../../gateway/mcp/tool-list.ts';
import { annotationsOf, toolsets, type Narrowing } from '../../../gateway/mcp/tool.ts';
import { tools } from '../../../gateway/mcp/tools/index.ts';
import { instructions } from '../../../gateway/mcp/instructions.ts';
import type { TokenScope } from '../../../contracts/token.ts';

const everything: Narrowing = { toolsets: new Set(toolsets), readOnly: false };
const namesFor = (scope: TokenScope, change: Partial<Narrowing> = {}): string[] =>
  listTools({ scope }, { ...everything, ...change }).map(({ name }) => name);
const writing = new Set(tools.filter(({ kind }) => kind !== 'read').map(({ name }) => name));

test('the tools are those of tools.json; vitest -u writes it', async () => {
  const file = new URL('tools.json', import.meta.url).pathname;
  const text = JSON.stringify(listTools({ scope: 'agent' }, everything));
  const options = { ...(await resolveConfig(file)), parser: 'json' };
  await expect(await format(text, options)).toMatchFileSnapshot(file);
});

describe('the list', () => {
  const listed = listTools({ scope: 'agent' }, everything);

  test('has at most 18 tools and 24 KB, and its instructions 1 KB', () => {
    expect(listed.length).toBeLessThanOrEqual(18);
    expect(JSON.stringify(listed).length).toBeLessThanOrEqual(24 * 1024);
    expect(instructions.length).toBeLessThanOrEqual(1024);
  });

  test.each(listed)('$name has a short description and a schema that every host takes', (tool) => {
    expect(tool.name).toMatch(/^[a-z0-9_]{1,40}$/);
    expect(tool.description.length).toBeLessThanOrEqual(350);
    expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    const text = JSON.stringify(tool.inputSchema);
    for (const word of ['$ref', '$defs', 'oneOf', 'anyOf', 'allOf', '"not"', '9007199254740991']) {
      expect(text).not.toContain(word);
    }
  });

  test('has no argument by which a model could confirm, force or authorize anything', () => {
    const names = listed.flatMap(({ inputSchema }) => Object.keys(inputSchema['properties'] ?? {}));
    expect(names.filter((name) => /confirm|approv|force|yes|token|scope|actor/.test(name))).toEqual(
      [],
    );
  });

  test('is narrowed by the scope, read_only and toolsets, and never widened', () => {
    expect(namesFor('agent')).toEqual(tools.map(({ name }) => name));
    expect(namesFor('admin')).toEqual(namesFor('agent'));
    const reading = namesFor('viewer');
    expect(reading.filter((name) => writing.has(name))).toEqual([]);
    expect(namesFor('admin', { readOnly: true })).toEqual(reading);
    expect(namesFor('viewer', { toolsets: new Set(['tasks']) })).toEqual([
      'vx11_tasks',
      'vx11_task',
      'vx11_task_output',
    ]);
  });
});

describe('annotations', () => {
  test('follow from what a tool does', () => {
    const of = Object.fromEntries(
      tools.map((tool) => {
        const { readOnlyHint, destructiveHint, idempotentHint } = annotationsOf(tool);
        return [tool.name, [readOnlyHint, destructiveHint, idempotentHint]];
      }),
    );
    expect(of['vx11_status']).toEqual([true, false, true]);
    expect(of['vx11_preview']).toEqual([true, false, true]);
    expect(of['vx11_open_window']).toEqual([false, false, false]);
    expect(of['vx11_run_task']).toEqual([false, false, false]);
    for (const name of ['close_window', 'stop_service', 'restart_service', 'ask']) {
      expect(of[`vx11_${name}`], name).toEqual([false, true, false]);
    }
    expect(of['vx11_withdraw_plan']).toEqual([false, false, true]);
    expect(tools.every((tool) => !annotationsOf(tool).openWorldHint)).toBe(true);
  });
});
