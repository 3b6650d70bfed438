import { expect, test } from 'vitest';
import { commandOf } from '../../cli/command-name.ts';

test.each([
  ['run python -', 'run'],
  ['--json run python -', 'run'],
  ['--url http://127.0.0.1:9 run python -', 'run'],
  ['--url=http://127.0.0.1:9 --json up', 'up'],
  ['--url http://127.0.0.1:9', undefined],
  ['--help', undefined],
])('the command of "%s" is %s', (line, command) =>
  expect(commandOf(line.split(' '))).toBe(command),
);
