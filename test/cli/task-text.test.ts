import { expect, test } from 'vitest';
import { endText, exitCodeOf, tasksTable } from '../../cli/task-text.ts';
import { aTask } from '../domain/tasks/samples.ts';

test.each([
  ['completed', 0, null, 0],
  ['failed', 7, null, 7],
  ['failed', null, 'SIGSEGV', 139],
  ['failed', 0, null, 1],
  ['timeout', null, 'SIGKILL', 124],
  ['timeout', 143, null, 124],
  ['cancelled', null, null, 130],
  ['killed', null, null, 137],
  ['lost', null, null, 1],
] as const)(
  'a task that is %s with exit code %s and signal %s gives exit code %i',
  (state, exit_code, signal, code) => {
    expect(exitCodeOf({ state, exit_code, signal })).toBe(code);
  },
);

test('the end of a task is described unless its exit code already says it', () => {
  expect(endText({ state: 'failed', cause: 'exit' })).toBeNull();
  expect(endText({ state: 'killed', cause: 'out_of_memory' }, 'it took\u001b[2J all')).toBe(
    'killed: out_of_memory, it took all',
  );
});

test('tasks are listed one per row, without control characters', () => {
  const { view } = aTask({ name: 'a\u001b[31mb', state: 'completed', exit_code: 0 });
  const [, row] = tasksTable([view]).split('\n');
  expect(row).toMatch(/^spawn-\w+ +completed +- +0 .*ab +ada$/);
  expect(tasksTable([])).toBe('No tasks.');
});
