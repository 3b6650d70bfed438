import { describe, expect, test } from 'vitest';
import type { CapturedFile } from '../../../../../domain/repair/capture.ts';
import { configSyntax } from '../../../../../domain/repair/rules/programs/config-syntax.ts';
import { capture, exited, file, service } from '../../captures.ts';
import { fixed } from '../../a-capture.ts';

const fails = (files: CapturedFile[], ...logs: string[]) =>
  capture({
    services: [service('web', { logs, container: exited(1) })],
    files: [...capture().files, ...files],
  });
const nodeJson = 'SyntaxError: Expected double-quoted property name in JSON at position 30';
const pythonJson =
  'json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 3 column 1 (char 17)';

describe('one character mends a file', () => {
  test.each<[string, string, string, string, string]>([
    [
      'a comma too many',
      'conf/app.json',
      '{\n  "port": 8080,\n  "debug": true,\n}\n',
      nodeJson,
      '{\n  "port": 8080,\n  "debug": true\n}\n',
    ],
    [
      'a comma too many, in a list',
      'app.json',
      '{"ports": [1, 2, ], "b": 1}',
      pythonJson,
      '{"ports": [1, 2 ], "b": 1}',
    ],
    [
      'a comma too few',
      'app.json',
      '{\n  "port": 8080\n  "debug": true\n}\n',
      "JSONDecodeError: Expecting ',' delimiter: line 3 column 3",
      '{\n  "port": 8080,\n  "debug": true\n}\n',
    ],
    [
      'a quote too few, of a key',
      'app.json',
      '{\n  "port: 8080,\n  "b": 1\n}\n',
      'SyntaxError: Bad control character in string literal in JSON at position 15',
      '{\n  "port": 8080,\n  "b": 1\n}\n',
    ],
    [
      'a quote too few, of a value',
      'app.json',
      '{\n  "host": "web,\n  "b": 1\n}\n',
      'Unexpected token in JSON',
      '{\n  "host": "web",\n  "b": 1\n}\n',
    ],
    [
      'a bracket too few',
      'app.json',
      '{\n  "a": {\n    "b": 1\n  }\n',
      'SyntaxError: Unexpected end of JSON input',
      '{\n  "a": {\n    "b": 1\n  }}\n',
    ],
    [
      'a colon too few',
      'app.json',
      '{"port" 8080}',
      "Expecting ':' delimiter: line 1 column 9",
      '{"port": 8080}',
    ],
    [
      'a byte order mark',
      'app.json',
      '\uFEFF{"a": 1}',
      'JSONDecodeError: Unexpected UTF-8 BOM (decode using utf-8-sig)',
      '{"a": 1}',
    ],
    [
      'a tab in YAML',
      'conf.yml',
      'a:\n\tb: 1\n',
      "yaml.scanner.ScannerError: found character '\\t' that cannot start any token, line 2, column 1",
      'a:\n  b: 1\n',
    ],
    [
      'a quote in YAML',
      'conf.yml',
      'a: "x\nb: 1\n',
      'yaml.scanner.ScannerError: while scanning a quoted scalar line 1, column 4',
      'a: "x"\nb: 1\n',
    ],
    [
      'a bracket in YAML',
      'conf.yml',
      'a: [1, 2\nb: 1\n',
      'YAMLException: did not find expected , or ] at line 2',
      'a: [1, 2]\nb: 1\n',
    ],
    [
      'a byte order mark in INI',
      'app.ini',
      '\uFEFF[web]\nport=1\n',
      'configparser.MissingSectionHeaderError: File contains no section headers. file: app.ini, line: 1',
      '[web]\nport=1\n',
    ],
    [
      'a quote in TOML',
      'app.toml',
      'host = "web\nport = 1\n',
      "tomllib.TOMLDecodeError: Illegal character '\\n' (at line 1, column 12)",
      'host = "web"\nport = 1\n',
    ],
    [
      'a semicolon of nginx',
      'nginx.conf',
      'server {\n  listen 80\n  root /srv;\n}\n',
      '[emerg] 1#1: invalid number of arguments in "listen" directive in /etc/nginx/nginx.conf:3',
      'server {\n  listen 80;\n  root /srv;\n}\n',
    ],
    [
      'a semicolon before a bracket',
      'site.conf',
      'server {\n  listen 80;\n  root /srv\n}\n',
      'nginx: [emerg] directive "root" is not terminated by ";" in /etc/nginx/conf.d/site.conf:4',
      'server {\n  listen 80;\n  root /srv;\n}\n',
    ],
    [
      'a bracket of nginx',
      'nginx.conf',
      'events {}\nhttp {\n  server { listen 80; }\n',
      '[emerg] 1#1: unexpected end of file, expecting "}" in /etc/nginx/nginx.conf:4',
      'events {}\nhttp {\n  server { listen 80; }\n}\n',
    ],
  ])('%s', (_, path, text, log, after) => {
    const stack = fails([file(path, text)], 'starting', log);
    expect(fixed(configSyntax, stack)).toEqual({ [path]: after });
  });
});

test('a value of YAML with a colon of its own is quoted', () => {
  const text = 'msg: note: this\nb: 1\n';
  const log = 'yaml.scanner.ScannerError: mapping values are not allowed here, line 1, column 10';
  expect(fixed(configSyntax, fails([file('conf.yml', text)], log))).toEqual({
    'conf.yml': 'msg: "note: this"\nb: 1\n',
  });
});

test('an env file that Compose cannot read', () => {
  const stack = capture({ files: [file('.env', 'A="x\nB=1\n')] });
  const error = 'failed to read /srv/.env: line 1: unterminated quoted value "x';
  const refused = { ...stack, compose: { ...stack.compose, error, services: null } };
  expect(fixed(configSyntax, refused)).toEqual({ '.env': 'A="x"\nB=1\n' });
});

describe('a compose file', () => {
  const good =
    'services:\n  web:\n    image: a:1\n    ports:\n      - "8080:80"\n  db:\n    image: b:1\n';
  const broken = (text: string, error: string) => {
    const stack = capture({ files: [file('compose.yaml', text)] });
    return { ...stack, compose: { ...stack.compose, error, services: null } };
  };
  test.each<[string, string, string]>([
    [
      'a tab',
      good.replace('    image: a', '\timage: a'),
      'yaml: line 3: found character that cannot start any token',
    ],
    ['a quote', good.replace(':80"', ':80'), 'yaml: line 5: did not find expected key'],
    [
      'a blank after a colon',
      good.replace('image: a:1', 'image:a:1'),
      'yaml: line 4: mapping values are not allowed in this context',
    ],
    ['a colon', good.replace('ports:', 'ports'), "yaml: line 5: could not find expected ':'"],
  ])('%s', (_, text, error) => {
    const after = (fixed(configSyntax, broken(text, error)) as Record<string, string>)[
      'compose.yaml'
    ];
    expect(after?.replace(/^ {2}image/m, '    image')).toBe(good);
  });
  test('that is broken in more than one place needs a person', () => {
    const text = good.replace(':80"', ':80').replace('image: b', '\timage: b');
    expect(fixed(configSyntax, broken(text, 'yaml: line 5: did not find'))).toBe('needs_value');
  });
});

test.each<[string, CapturedFile[], string]>([
  ['a file that can be read', [file('app.json', '{"a":1}')], nodeJson],
  ['a broken file that no log is about', [file('app.json', '{"a":1,}')], 'ready'],
  [
    'two broken files, of which none is named',
    [file('a.json', '{"a":1,}'), file('b.json', '{"a":1,}')],
    nodeJson,
  ],
  ['JSON of another program', [file('tsconfig.json', '{"a":1,}')], nodeJson],
])('%s is left alone', (_, files, log) => {
  expect(fixed(configSyntax, fails(files, log))).toBe('silent');
});

test('a file that two different characters would mend needs a person', () => {
  const text = '{"a": "b c": "d"}';
  expect(fixed(configSyntax, fails([file('app.json', text)], nodeJson))).toBe('needs_value');
});
