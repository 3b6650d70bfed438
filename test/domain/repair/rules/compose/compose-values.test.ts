import { describe, expect, test } from 'vitest';
import { unescapedDollar } from '../../../../../domain/repair/rules/compose/unescaped-dollar.ts';
import { unknownKey } from '../../../../../domain/repair/rules/compose/unknown-key.ts';
import { yamlScalar } from '../../../../../domain/repair/rules/compose/yaml-scalar.ts';
import { aCapture, ended, fixed, found } from '../../a-capture.ts';

const web = (text: string): string => `services:\n  web:\n    image: web:1\n${text}`;
const env = (line: string): string => web(`    environment:\n      ${line}\n`);

describe('a value that YAML reads otherwise is quoted', () => {
  const failing = (compose: string, log = 'bad value', printed?: string) => {
    const stack = aCapture({ compose, services: { web: { container: ended(1), logs: [log] } } });
    const [key] = Object.keys((stack.compose.services!['web']!['environment'] as object) ?? {});
    if (printed !== undefined) stack.compose.services!['web']!['environment'] = { [key!]: printed };
    return stack;
  };
  test.each([
    ['VERSION: 1.10', 'VERSION: "1.10"', '1.1'],
    ['MODE: 0777', 'MODE: "0777"', '511'],
    ['LIMIT: 1e3', 'LIMIT: "1e3"', '1000'],
    ['COLOR: 0x1F', 'COLOR: "0x1F"', '31'],
    ['FLAG: True', 'FLAG: "True"', 'true'],
    ['SIZE: 1_000', 'SIZE: "1_000"', '1000'],
    ['DAY: 2024-01-01', 'DAY: "2024-01-01"', '2024-01-01T00:00:00Z'],
    ['RATE: 3.0 # of all', 'RATE: "3.0" # of all', '3'],
  ])('%s', (line, right, printed) => {
    const name = line.split(':')[0]!;
    const log = `unknown ${name.toLowerCase()} ${printed}`;
    expect(fixed(yamlScalar, failing(env(line), log, printed))).toEqual({
      'compose.yaml': env(right),
    });
  });
  test('also of a build, where no line proves it less surely', () => {
    const text = web('    build:\n      context: .\n      args:\n        PYTHON: 3.10\n');
    const after = fixed(yamlScalar, failing(text)) as Record<string, string>;
    expect(after['compose.yaml']).toMatch(/PYTHON: ["']3\.10["']/);
    expect(found(yamlScalar, failing(text))[0]!.confidence).toBeLessThan(0.5);
  });
  test.each([
    ['PORT: 8080'],
    ['NAME: web'],
    ['VERSION: "1.10"'],
    ['DEBUG: true'],
    ['RATE: 0.5'],
    ['TIME: 12:30'],
    ['- VERSION=1.10'],
    ['EMPTY:'],
  ])('%s stays', (line) => {
    expect(fixed(yamlScalar, failing(env(line)))).toBe('silent');
  });
});

describe('a $ that is meant as it is, is doubled', () => {
  const blank = (name: string): string =>
    `The "${name}" variable is not set. Defaulting to a blank string.`;
  const failing = (compose: string, warnings: string[], files = {}) =>
    aCapture({ compose, files, warnings, services: { web: { container: ended(1) } } });
  test.each<[string, string, string[]]>([
    ['PASSWORD: "pa$word1"', 'PASSWORD: "pa$$word1"', ['word1']],
    ["HASH: '$2y$10$abcDEF'", "HASH: '$$2y$$10$$abcDEF'", ['2y', '10', 'abcDEF']],
    ['- PASSWORD=s3c$ret', '- PASSWORD=s3c$$ret', ['ret']],
    ['PATTERN: ^/api/$v', 'PATTERN: ^/api/$$v', ['v']],
  ])('%s', (line, right, names) => {
    expect(fixed(unescapedDollar, failing(env(line), names.map(blank)))).toEqual({
      'compose.yaml': env(right),
    });
  });
  test.each<[string, string, string]>([
    [
      'command: sh -c "for f in a b; do echo $f; done"',
      'command: sh -c "for f in a b; do echo $$f; done"',
      'f',
    ],
    ['command: ["sh", "-c", "N=3; echo ${N}"]', 'command: ["sh", "-c", "N=3; echo $${N}"]', 'N'],
    ['command: sh -c "echo $HOSTNAME"', 'command: sh -c "echo $$HOSTNAME"', 'HOSTNAME'],
  ])('of a command: %s', (line, right, name) => {
    expect(fixed(unescapedDollar, failing(web(`    ${line}\n`), [blank(name)]))).toEqual({
      'compose.yaml': web(`    ${right}\n`),
    });
  });
  test('also where Compose refuses the file', () => {
    const stack = aCapture({
      compose: env('PASSWORD: "a$-b${X}"'),
      error:
        'invalid interpolation format for services.web.environment.PASSWORD: "a$-b${X}". You may need to escape any $ with another $',
    });
    expect(fixed(unescapedDollar, stack)).toEqual({ 'compose.yaml': env('PASSWORD: "a$$-b${X}"') });
  });
  test('a hash where Compose refuses the file', () => {
    const error =
      'invalid interpolation format for services.web.environment.HASH: "$2y$10$abcDEF". You may need to escape any $ with another $';
    const stack = aCapture({ compose: env("HASH: '$2y$10$abcDEF'"), error });
    expect(fixed(unescapedDollar, stack)).toEqual({
      'compose.yaml': env("HASH: '$$2y$$10$$abcDEF'"),
    });
  });
  test.each<[string, string, string[], object]>([
    ['a variable of Compose', 'URL: ${DATABASE_URL}', ['DATABASE_URL'], {}],
    ['a variable of Compose, in a text', 'URL: http://$API_HOST/', ['API_HOST'], {}],
    [
      'a variable that an example names',
      'URL: a$token',
      ['token'],
      { '.env.example': 'token=x\n' },
    ],
    ['a $ that is doubled', 'PASSWORD: pa$$word', [], {}],
    ['another variable', 'PASSWORD: pa$word', ['other'], {}],
  ])('%s stays', (_, line, names, files) => {
    expect(fixed(unescapedDollar, failing(env(line), names.map(blank), files))).toBe('silent');
  });
});

describe('a key that Compose does not know is written as the one that is nearest', () => {
  const refused = (compose: string, error: string) =>
    aCapture({ compose, error: `validating /srv/compose.yaml: ${error}` });
  const key = (text: string): string => web(`    ${text}\n`);
  test.each<[string, string, string]>([
    [
      key('enviroment: { A: b }'),
      "services.web additional properties 'enviroment' not allowed",
      key('environment: { A: b }'),
    ],
    [
      key('helthcheck:\n      test: ["CMD", "a"] # x'),
      'services.web Additional property helthcheck is not allowed',
      key('healthcheck:\n      test: ["CMD", "a"] # x'),
    ],
    [
      key('healthcheck:\n      intervall: 5s'),
      "services.web.healthcheck additional properties 'intervall' not allowed",
      key('healthcheck:\n      interval: 5s'),
    ],
    [
      key('depends-on: [db]'),
      "services.web additional properties 'depends-on' not allowed",
      key('depends_on: [db]'),
    ],
    [
      key('ports:\n      - targett: 80'),
      "services.web.ports.0 additional properties 'targett' not allowed",
      key('ports:\n      - target: 80'),
    ],
    [
      `${web('')}volume:\n  data: {}\n`,
      "additional properties 'volume' not allowed",
      `${web('')}volumes:\n  data: {}\n`,
    ],
    [
      `${web('')}networks:\n  a:\n    internl: true\n`,
      "networks.a additional properties 'internl' not allowed",
      `${web('')}networks:\n  a:\n    internal: true\n`,
    ],
    [
      key('Image2: x').replace('image: web:1\n    Image2', 'iamge'),
      "services.web additional properties 'iamge' not allowed",
      key('').replace('image: web:1\n    \n', 'image: x\n'),
    ],
  ])('%s', (text, error, after) => {
    expect(fixed(unknownKey, refused(text, error))).toEqual({ 'compose.yaml': after });
  });
  test.each<[string, string, string]>([
    [
      'a key that is like none',
      key('frobnicate: 1'),
      "services.web additional properties 'frobnicate' not allowed",
    ],
    [
      'a key that is like one that is set',
      key('imagee: b:2'),
      "services.web additional properties 'imagee' not allowed",
    ],
  ])('%s needs a person', (_, text, error) => {
    expect(fixed(unknownKey, refused(text, error))).toBe('needs_value');
  });
  test.each<[string, string, string]>([
    ['another error', key('ports: 80'), 'services.web.ports must be a list'],
    [
      'a key that stands nowhere',
      key('init: true'),
      "services.web additional properties 'enviroment' not allowed",
    ],
    [
      'another service',
      key('enviroment: {}'),
      "services.db additional properties 'enviroment' not allowed",
    ],
  ])('%s is left alone', (_, text, error) => {
    expect(fixed(unknownKey, refused(text, error))).toBe('silent');
  });
});

describe('a dollar in a secret, which is hidden', () => {
  const blank = 'The "ret7" variable is not set. Defaulting to a blank string.';
  const hidden = (line: string, warnings = [blank]) => {
    const compose = env(line);
    const logs = ['FATAL: password authentication failed'];
    const stack = aCapture({ compose, services: { web: { container: ended(1), logs } } });
    stack.compose.warnings.push(...warnings);
    return stack;
  };

  test('is doubled where a blank variable can be nothing else', () => {
    expect(fixed(unescapedDollar, hidden('PASSWORD: ••$••••'))).toEqual({
      'compose.yaml': env('PASSWORD: ••$$••••'),
    });
  });

  test('is left where the name does not fit, or is that of another value', () => {
    expect(fixed(unescapedDollar, hidden('PASSWORD: ••$•'))).toBe('silent');
    expect(fixed(unescapedDollar, hidden('PASSWORD: ••$••••', []))).toBe('silent');
    const named = hidden('PASSWORD: ••$••••\n      NAME: ${ret7}');
    expect(fixed(unescapedDollar, named)).toBe('silent');
  });
});
