import type { Capture } from '../../../domain/repair/capture.ts';
import type { FaultClass } from '../../../domain/repair/fault-classes.ts';
import { aCapture, ended } from './a-capture.ts';

const web = (settings: string, others = ''): string =>
  `services:\n  web:\n    image: web:1\n${settings}${others}`;
const db = '  postgres:\n    image: postgres:17\n';
const failing = (compose: string, logs: string[], more: object = {}, files = {}): Capture =>
  aCapture({ compose, files, services: { web: { container: ended(1), logs, ...more } } });
const blank = 'The "ret" variable is not set. Defaulting to a blank string.';

/** Faults as they look with all their traces, each for one rule only. */
export const programFaults: [FaultClass, Capture][] = [
  [
    'yaml_scalar',
    failing(web('    environment:\n      API_VERSION: 1.10\n'), [
      'ValueError: API_VERSION 1.1 is not supported',
    ]),
  ],
  [
    'unescaped_dollar',
    {
      ...failing(web('    environment:\n      PASSWORD: s3c$ret\n'), [
        'FATAL: password authentication failed for user "app"',
      ]),
    },
  ],
  [
    'unknown_key',
    aCapture({
      compose: web('    enviroment:\n      A: b\n'),
      error:
        "validating /srv/compose.yaml: services.web additional properties 'enviroment' not allowed",
    }),
  ],
  [
    'dependency_missing',
    failing(
      web('    command: python app.py\n'),
      [
        'Traceback (most recent call last):',
        '  File "/app/app.py", line 1, in <module>',
        '    import yaml',
        "ModuleNotFoundError: No module named 'yaml'",
      ],
      { programs: ['sh', 'python'] },
      { 'app.py': 'import yaml\n', 'requirements.txt': '', 'constraints.txt': 'PyYAML==6.0.1\n' },
    ),
  ],
  [
    'wrong_path',
    failing(
      web('    command: node server.js\n'),
      [
        'node:internal/modules/cjs/loader:1143',
        "Error: Cannot find module './Lib/db'",
        'Require stack:',
        '- /app/server.js',
        "  code: 'MODULE_NOT_FOUND',",
      ],
      { programs: ['sh', 'node'] },
      { 'server.js': "require('./Lib/db');\n", 'lib/db.js': '' },
    ),
  ],
  [
    'wrong_path',
    failing(
      web('    command: python Main.py\n'),
      ["python: can't open file '/app/Main.py': [Errno 2] No such file or directory"],
      { programs: ['sh', 'python'], container: ended(2) },
      { 'main.py': 'print(1)\n' },
    ),
  ],
  [
    'name_typo',
    failing(web('    environment:\n      DB_HOST: postgers\n', db), [
      'Error: getaddrinfo ENOTFOUND postgers',
    ]),
  ],
  [
    'name_typo',
    aCapture({
      compose: web('    env_file: prod.evn\n'),
      files: { 'prod.env': 'A=1\n' },
      error:
        'env file /srv/shop/prod.evn not found: stat /srv/shop/prod.evn: no such file or directory',
    }),
  ],
  [
    'container_name_taken',
    failing(web('    container_name: web\n'), [], {
      container: {
        state: 'created',
        error: 'Conflict. The container name "/web" is already in use by container "0123456789ab".',
      },
    }),
  ],
  [
    'external_absent',
    {
      ...aCapture({
        compose: web('', 'networks:\n  fornt:\n    external: true\n'),
        error: 'network fornt declared as external, but could not be found',
      }),
      networks: ['front'],
    },
  ],
  [
    'pids_limit',
    failing(web('    pids_limit: 8\n'), ["RuntimeError: can't start new thread"], {
      container: ended(1, { pids_limit: 8, pids_limit_hits: 4 }),
    }),
  ],
  [
    'signal_not_passed',
    failing(web('    command: ["sh", "-c", "node app.js"]\n'), ['ready'], {
      container: ended(137),
    }),
  ],
  [
    'config_syntax',
    failing(
      web('    command: python app.py\n'),
      [
        'json.decoder.JSONDecodeError: Illegal trailing comma before end of object: line 1 column 8',
      ],
      {},
      { 'app.json': '{"a": 1,}', 'app.py': "json.load(open('app.json'))\n" },
    ),
  ],
  [
    'command_missing',
    failing(web('    command: ["python", "app.py"]\n'), [], {
      programs: ['sh', 'python3'],
      container: ended(127, {
        state: 'created',
        error: 'exec: "python": executable file not found in $PATH: unknown',
      }),
    }),
  ],
  [
    'command_missing',
    failing(
      web('    command: ["sh", "start.sh"]\n'),
      ['start.sh: line 2: python: not found'],
      { programs: ['sh', 'python3'], container: ended(127) },
      { 'start.sh': '#!/bin/sh\npython app.py\n' },
    ),
  ],
  ['external', failing(web(''), ['OSError: [Errno 28] No space left on device'])],
  [
    'external',
    aCapture({
      compose: web('    depends_on: [postgres]\n', db),
      error: 'dependency cycle detected: web -> postgres -> web',
    }),
  ],
];
programFaults[1]![1].compose.warnings.push(blank);
