import { describe, expect, test } from 'vitest';
import { envMissing } from '../../../../../domain/repair/rules/settings/env-missing.ts';
import { aCapture, ended, fixed, found } from '../../a-capture.ts';

const stack = 'services:\n  web:\n    image: web:1\n    environment:\n      A: 1 # k\n';
type More = Partial<Parameters<typeof aCapture>[0]>;
const failing = (
  compose: string,
  logs: string[],
  files: Record<string, string> = {},
  more: More = {},
) => aCapture({ compose, files, services: { web: { container: ended(1), logs } }, ...more });
const real = { 'web.env': 'API_URL=http://api:80/\n' };

describe('an env file of the folder that sets it is named', () => {
  test.each([
    [["KeyError: 'API_URL'"]],
    [['Error: API_URL is not set']],
    [['Missing required environment variable: API_URL']],
    [['Error: Environment variable API_URL is required']],
    [['panic: required environment variable "API_URL" is not set']],
    [['required key API_URL missing value']],
    [['env: environment variable "API_URL" should not be empty', 'API_URL must be set']],
    [['Could not resolve placeholder \'API_URL\' in value "${API_URL}"']],
    [['key not found: "API_URL" (KeyError)']],
    [['/entrypoint.sh: line 3: API_URL: unbound variable']],
    [['/start.sh: 2: API_URL: parameter not set']],
    [['django.core.exceptions.ImproperlyConfigured: Set the API_URL environment variable']],
    [
      [
        'decouple.UndefinedValueError: API_URL not found. Declare it as envvar or define a default value.',
      ],
    ],
    [
      [
        'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings',
        'api_url',
        '  Field required [type=missing, input_value={}, input_type=dict]',
      ],
    ],
    [['You must specify API_URL to a non-empty value']],
    [['2026/11/29 10:00:00 API_URL not set']],
    [['Error: missing API_URL']],
    [['please set API_URL before starting']],
    [['AssertionError: expected API_URL to be a string']],
  ])('%s', (logs) => {
    expect(fixed(envMissing, failing(stack, logs, real))).toEqual({
      'compose.yaml': `${stack}    env_file: [web.env]\n`,
    });
  });

  test('beside one that is named', () => {
    const text = 'services:\n  web:\n    image: w\n    env_file: ./a.env # k\n';
    expect(
      fixed(envMissing, failing(text, ["KeyError: 'API_URL'"], { ...real, 'a.env': 'B=1\n' })),
    ).toEqual({ 'compose.yaml': text.replace('./a.env', '[./a.env, web.env]') });
    const list = text.replace(' ./a.env # k', '\n      - path: a.env\n        required: false');
    expect(
      fixed(envMissing, failing(list, ["KeyError: 'API_URL'"], { ...real, 'a.env': 'B=1\n' })),
    ).toEqual({ 'compose.yaml': `${list}      - web.env\n` });
  });
});

describe('other places of the value', () => {
  test('.env: it is passed on, and its secret stays there', () => {
    const files = { '.env': 'DB_PASSWORD=••••••\n' };
    expect(fixed(envMissing, failing(stack, ["KeyError: 'DB_PASSWORD'"], files))).toEqual({
      'compose.yaml': `${stack}      DB_PASSWORD: \${DB_PASSWORD}\n`,
    });
    const list = stack.replace('A: 1 # k', '- A=1 # k').replaceAll('\n', '\r\n');
    expect(fixed(envMissing, failing(list, ["KeyError: 'DB_PASSWORD'"], files))).toEqual({
      'compose.yaml': `${list}      - DB_PASSWORD=\${DB_PASSWORD}\r\n`,
    });
  });

  test('an example with a real value', () => {
    const files = { '.env.example': '# the queue\nQUEUE_NAME=jobs\n' };
    expect(fixed(envMissing, failing(stack, ['QUEUE_NAME is not set'], files))).toEqual({
      'compose.yaml': `${stack}      QUEUE_NAME: jobs\n`,
    });
  });

  test.each([
    ['a map', '    environment:\n      API_ULR: http://x # k\n', 'API_ULR', 'API_URL'],
    [
      'a list, in another case',
      '    environment:\n      - api_url=http://x # k\n',
      'api_url',
      'API_URL',
    ],
    ['an env file', '    env_file: [a.env]\n', '', ''],
  ])('a variable that is misspelt: %s', (_, settings, from, to) => {
    const text = `services:\n  web:\n    image: w\n${settings}`;
    const files = { 'a.env': 'B=1\nAPI_URLS=http://x\n', 'app.py': "os.environ['API_URL']\n" };
    const after =
      from === ''
        ? { 'a.env': files['a.env'].replace('URLS', 'URL') }
        : { 'compose.yaml': text.replace(from, to) };
    expect(fixed(envMissing, failing(text, ["KeyError: 'API_URL'"], files))).toEqual(after);
  });

  test('a variable that a program reads is no misspelt one', () => {
    const text = 'services:\n  web:\n    image: w\n    environment: { DB_URL2: x }\n';
    const files = { 'app.py': "os.environ['DB_URL2']\nos.environ['DB_URL1']\n" };
    expect(fixed(envMissing, failing(text, ["KeyError: 'DB_URL1'"], files))).toBe('needs_value');
  });

  test('another service that has it, as a guess', () => {
    const text = `${stack}  job:\n    image: j\n    environment: ['API_URL=http://api:80/\${X:-v1}']\n`;
    const capture = failing(text, ["KeyError: 'API_URL'"]);
    expect(fixed(envMissing, capture)).toEqual({
      'compose.yaml': text.replace(
        'A: 1 # k\n',
        'A: 1 # k\n      API_URL: http://api:80/${X:-v1}\n',
      ),
    });
    expect(found(envMissing, capture)[0]!.guesses).toHaveLength(1);
    expect(
      fixed(envMissing, failing(text.replaceAll('API_URL', 'APP_PORT'), ["KeyError: 'APP_PORT'"])),
    ).toBe('needs_value');
    expect(
      fixed(
        envMissing,
        failing(text.replace('http://api:80/${X:-v1}', '••••'), ["KeyError: 'API_URL'"]),
      ),
    ).toBe('needs_value');
  });

  test("Compose's warning: the value goes into .env", () => {
    const text =
      'services:\n  web:\n    image: w\n    environment: { LOG_LEVEL: "${LOG_LEVEL}" }\n';
    const warnings = ['The "LOG_LEVEL" variable is not set. Defaulting to a blank string.'];
    const files = { '.env.example': 'LOG_LEVEL=info\n' };
    expect(fixed(envMissing, failing(text, [], { ...files, '.env': 'A=1' }, { warnings }))).toEqual(
      { '.env': 'A=1\nLOG_LEVEL=info\n' },
    );
    expect(fixed(envMissing, failing(text, [], files, { warnings }))).toEqual({
      '.env': 'LOG_LEVEL=info\n',
    });
  });
});

describe('no value is made up', () => {
  test.each([
    ['nothing', {}],
    ['a placeholder', { '.env.example': 'API_KEY=changeme\n' }],
    ['an empty one', { '.env.example': 'API_KEY=\n' }],
    ['one in brackets', { '.env.example': 'API_KEY=<your key>\n' }],
    ['a masked one of an example', { '.env.example': 'API_KEY=•••••\n' }],
    ['a secret of an example', { '.env.example': 'API_KEY=abc123\n' }],
  ])('%s', (_, files) =>
    expect(fixed(envMissing, failing(stack, ["KeyError: 'API_KEY'"], files))).toBe('needs_value'),
  );
});

describe('silent', () => {
  test.each([
    [
      'where it is set',
      failing(stack.replace('A: 1', 'API_URL: x'), ["KeyError: 'API_URL'"], real),
    ],
    [
      'where an env file sets it',
      failing(`${stack}    env_file: web.env\n`, ["KeyError: 'API_URL'"], real),
    ],
    [
      'about a key of a dictionary',
      failing(stack, ["KeyError: 'user_id'"], { 'web.env': 'user_id=1\n' }),
    ],
    [
      'about an ordinary sentence',
      failing(stack, ['ERROR is required reading', 'FATAL: password is not set up'], real),
    ],
    [
      'where only a word of a value is warned about',
      failing(
        stack.replace('A: 1', 'PASSWORD: "pa$word"'),
        [],
        { '.env.example': 'word=x\n' },
        { warnings: ['The "word" variable is not set. Defaulting to a blank string.'] },
      ),
    ],
    [
      'about a neighbour',
      aCapture({
        compose: `${stack}  x:\n    image: x\n`,
        files: real,
        services: { x: { logs: ["KeyError: 'API_URL'"] } },
        red: [{ service: 'web' }],
      }),
    ],
  ])('%s', (_, capture) => expect(fixed(envMissing, capture)).toBe('silent'));
});
