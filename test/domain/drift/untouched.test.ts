import { expect, test } from 'vitest';
import { judge } from '../../../domain/drift/judge.ts';
import { factsOf, readoutOf, recordedStacks, type StateName } from './recorded.ts';

const stacks = recordedStacks();

const states: StateName[] = ['created', 'running', 'stopped'];
test.each(states)('a stack that nobody touched has no finding while it is %s', (state) => {
  const found = stacks.flatMap((stack) =>
    [false, true].flatMap((awake) =>
      judge(factsOf(stack, readoutOf(stack, state), awake)).map(
        ({ kind, path, expected, actual, state: is }) =>
          `${stack.title}${awake ? ' (awake)' : ''}: ${kind} ${path} ${is}: ${expected} → ${actual}`,
      ),
    ),
  );
  expect(found).toEqual([]);
});
