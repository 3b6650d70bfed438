import { describe, expect, test } from 'vitest';
import type { CapturedFile } from '../../../../../domain/repair/capture.ts';
import type { CapturedService } from '../../../../../domain/repair/captured-service.ts';
import { commandMissing } from '../../../../../domain/repair/rules/programs/command-missing.ts';
import { capture, container, exited, file, service } from '../../captures.ts';
import { fixed } from '../../a-capture.ts';

const compose = (line: string) => file('compose.yaml', `services:\n  web:\n    ${line}\n`);
const start = (line: string) => file('start.sh', `#!/bin/sh\nset -e\n${line}\n`);
const runsStart = compose('command: ["sh", "/app/start.sh"]');
const fails = (files: CapturedFile[], more: Partial<CapturedService>) =>
  capture({ services: [service('web', { container: exited(127), ...more })], files });
const engine = (name: string) =>
  container({
    state: 'created',
    exit_code: 127,
    error: `failed to create task: exec: "${name}": executable file not found in $PATH: unknown`,
  });

describe('the command is called by the name that the image has', () => {
  test.each<[string, CapturedFile[], Partial<CapturedService>, Record<string, string>]>([
    [
      'python3, in a list',
      [compose('command: ["python", "-u", "app.py"]')],
      { container: engine('python') },
      { 'compose.yaml': 'services:\n  web:\n    command: ["python3", "-u", "app.py"]\n' },
    ],
    [
      'nodejs, in a line',
      [compose('command: node server.js')],
      { container: engine('node'), programs: ['sh', 'nodejs'] },
      { 'compose.yaml': 'services:\n  web:\n    command: nodejs server.js\n' },
    ],
    [
      'python, where python3 is not there, in a shell',
      [compose('command: sh -c "sleep 1 && python3 app.py"')],
      { programs: ['sh', 'python'], logs: ['sh: 1: python3: not found'] },
      { 'compose.yaml': 'services:\n  web:\n    command: sh -c "sleep 1 && python app.py"\n' },
    ],
    [
      'another version',
      [compose('entrypoint: ["python3.9", "app.py"]')],
      { container: engine('python3.9') },
      { 'compose.yaml': 'services:\n  web:\n    entrypoint: ["python3", "app.py"]\n' },
    ],
    [
      'two letters in another order',
      [compose("command: ['ngnix', '-g', 'daemon off;']")],
      { container: engine('ngnix'), programs: ['sh', 'nginx'] },
      { 'compose.yaml': "services:\n  web:\n    command: ['nginx', '-g', 'daemon off;']\n" },
    ],
    [
      'by its path',
      [compose('command: ["/usr/bin/python3", "app.py"]')],
      {
        container: container({
          state: 'created',
          error: 'exec: "/usr/bin/python3": stat /usr/bin/python3: no such file or directory',
        }),
      },
      { 'compose.yaml': 'services:\n  web:\n    command: ["python3", "app.py"]\n' },
    ],
    [
      'in a script',
      [runsStart, start('exec python app.py --file python.cfg')],
      { logs: ['/app/start.sh: line 3: exec: python: not found'] },
      { 'start.sh': '#!/bin/sh\nset -e\nexec python3 app.py --file python.cfg\n' },
    ],
    [
      'at each place of a script',
      [runsStart, start('python a.py && python b.py')],
      { logs: ['/app/start.sh: 3: python: not found'] },
      { 'start.sh': '#!/bin/sh\nset -e\npython3 a.py && python3 b.py\n' },
    ],
  ])('%s', (_, files, more, after) => {
    expect(fixed(commandMissing, fails(files, more))).toEqual(after);
  });
});

test('a program that the image has under no name needs a person', () => {
  const stack = fails([compose('command: ["java", "-jar", "a.jar"]')], {
    container: engine('java'),
  });
  expect(fixed(commandMissing, stack)).toBe('needs_value');
});

test.each<[string, CapturedFile[], Partial<CapturedService>]>([
  ['a program that is there', [compose('command: ["python3"]')], { container: engine('python3') }],
  [
    'an image that is not known',
    [compose('command: ["python"]')],
    { container: engine('python'), programs: [] },
  ],
  ['a command of the image itself', [compose('image: a')], { container: engine('python') }],
  [
    'a file that is not found',
    [compose('command: ["python3", "app.py"]')],
    { logs: ["can't open file 'app.py'"] },
  ],
  ['a log that is calm', [compose('command: ["python3"]')], { logs: ['ready'] }],
])('%s is no missing command', (_, files, more) => {
  expect(fixed(commandMissing, fails(files, more))).toBe('silent');
});

test('bash is never called by another name', () => {
  const stack = fails([compose('command: ["bash", "-c", "a"]')], { container: engine('bash') });
  expect(fixed(commandMissing, stack)).toBe('needs_value');
});
