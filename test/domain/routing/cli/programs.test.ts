import { describe, expect, test } from 'vitest';
import { cliPrograms, modelArguments } from '../../../../domain/routing/cli/programs.ts';
import { promptOf } from '../../../../domain/routing/cli/prompt.ts';

describe('the answer of a program is read from what it prints', () => {
  test.each([
    ['llm', 'hi\n', 'hi'],
    ['ollama', '\n', null],
    ['codex', 'not logged in', null],
    ['claude', '', null],
    ['gemini', '[]', null],
    ['qwen', '{}', null],
    ['opencode', 'null\n7', null],
  ] as const)('%s: %j', (name, stdout, text) =>
    expect(cliPrograms[name].read({ stdout, stderr: '' })).toEqual({
      text,
      usage: null,
      fault: null,
    }),
  );
});

test('a model is named by the option of its program; `default` names none', () => {
  expect(modelArguments(cliPrograms.claude, 'sonnet')).toEqual(['--model', 'sonnet']);
  expect(modelArguments(cliPrograms.ollama, 'smollm2:135m')).toEqual(['smollm2:135m']);
  expect(modelArguments(cliPrograms.codex, 'default')).toEqual([]);
});

test('turns become one prompt, in their order and with their roles', () => {
  const user = { role: 'user', content: [{ type: 'text', text: 'hello' }, { type: 'image_url' }] };
  expect(promptOf([user])).toBe('hello');
  expect(promptOf([{ role: 'system', content: 'Be short.' }, user])).toBe(
    'system: Be short.\n\nuser: hello',
  );
});
