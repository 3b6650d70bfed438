import { expect, test } from 'vitest';
import { aCapture } from '../a-capture.ts';
import { judge, model } from './judge.ts';

const capture = aCapture({
  compose: 'services:\n  web:\n    image: x\n',
  files: { 'app/server.py': 'print(1)\n', 'start.sh': 'exec python3 app/server.py\n' },
});
const found = (before: object, after: object): string[] =>
  judge({ capture, before: model({ ...before }), after: model({ ...after }) });

test('a service that no longer runs its own program is not mended', () => {
  const command = ['python3', '/app/server.py'];
  expect(found({ command }, { command: ['httpd', '-f', '-h', '/app'] })).toContain(
    'program_replaced',
  );
  expect(found({ command }, {})).toContain('program_replaced');
});

test('the same program under a right name, or by another interpreter, is', () => {
  const command = ['python', 'Server.py'];
  for (const now of [
    ['python3', 'server.py'],
    ['sh', '-c', 'exec python3 /app/server.py'],
  ])
    expect(found({ command }, { command: now })).not.toContain('program_replaced');
  const entrypoint = ['/start.sh'];
  expect(found({ entrypoint }, { entrypoint: ['sh', '/start.sh'] })).toEqual([]);
});
