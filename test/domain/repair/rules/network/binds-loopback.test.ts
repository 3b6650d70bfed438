import { describe, expect, test } from 'vitest';
import { bindsLoopback } from '../../../../../domain/repair/rules/network/binds-loopback.ts';
import { aCapture, fixed, listening, refusedAt } from '../../a-capture.ts';

const stackOf = (settings: string): string => `services:\n  web:\n    image: web:1\n${settings}`;
const failing = (compose: string, files = {}, port = 8000) =>
  aCapture({
    compose,
    files,
    services: { web: { container: listening(port, '127.0.0.1') } },
    red: [refusedAt(`http://web:${port}/`, 'web')],
  });

describe('the setting of its address becomes 0.0.0.0', () => {
  test.each([
    ['a map', '    environment:\n      HOST: 127.0.0.1 # local\n', 'HOST: 0.0.0.0 # local'],
    [
      'a list',
      '    environment:\n      - DB_HOST=localhost\n      - BIND_ADDR=127.0.0.1:8000\n',
      'BIND_ADDR=0.0.0.0:8000',
    ],
    [
      'a command as a text',
      '    command: gunicorn --bind 127.0.0.1:8000 app:app\n',
      '--bind 0.0.0.0:8000',
    ],
    [
      'a command as a list',
      '    command: ["uvicorn", "a:b", "--host", "127.0.0.1"]\n',
      '"0.0.0.0"',
    ],
    [
      'a flag with =',
      "    command:\n      - serve\n      - '--host=localhost'\n",
      "'--host=0.0.0.0'",
    ],
    [
      'runserver',
      '    command: python manage.py runserver 127.0.0.1:8000\n',
      'runserver 0.0.0.0:8000',
    ],
  ])('%s', (_, settings, expected) => {
    const after = fixed(bindsLoopback, failing(stackOf(settings)));
    expect(after).toEqual({
      'compose.yaml': stackOf(settings).replace(
        /(HOST: |BIND_ADDR=|--bind |--host=|runserver |--host", ")(127\.0\.0\.1|localhost)/,
        '$10.0.0.0',
      ),
    });
    expect(JSON.stringify(after)).toContain(JSON.stringify(expected).slice(1, -1));
  });

  test('an env file, with CRLF', () => {
    const text = stackOf('    env_file: ./web.env\n');
    const files = { 'web.env': 'A=1\r\nLISTEN_HOST="127.0.0.1"\r\n' };
    expect(fixed(bindsLoopback, failing(text, files))).toEqual({
      'web.env': 'A=1\r\nLISTEN_HOST="0.0.0.0"\r\n',
    });
  });

  test('a variable that the program reads', () => {
    const files = {
      'server.js': "const host = process.env.HOST || '127.0.0.1';\nserver.listen(8000, host);\n",
    };
    expect(fixed(bindsLoopback, failing(stackOf(''), files))).toEqual({
      'compose.yaml': stackOf('    environment:\n      HOST: 0.0.0.0\n'),
    });
  });

  test.each([
    ['nginx.conf', 'server {\n  listen 127.0.0.1:8000;\n}\n'],
    ['redis.conf', 'bind 127.0.0.1\nport 8000\n'],
    ['app.py', "app.run(host='127.0.0.1', port=8000)\n"],
    ['server.js', "server.listen(8000, '127.0.0.1');\n"],
    ['main.go', 'http.ListenAndServe("127.0.0.1:8000", nil)\n'],
    ['serve.py', "HTTPServer(('127.0.0.1', 8000), H).serve_forever()\n"],
  ])('the address in %s', (path, text) => {
    expect(fixed(bindsLoopback, failing(stackOf(''), { [path]: text }))).toEqual({
      [path]: text.replace('127.0.0.1', '0.0.0.0'),
    });
  });

  test('the flag of a server that binds its loopback unless asked', () => {
    const text = stackOf('    command: flask --app app run\n');
    expect(fixed(bindsLoopback, failing(text))).toEqual({
      'compose.yaml': text.replace('app run', 'app run --host=0.0.0.0'),
    });
    const list = stackOf('    command: [uvicorn, main:app]\n');
    expect(fixed(bindsLoopback, failing(list))).toEqual({
      'compose.yaml': list.replace('main:app]', 'main:app, --host=0.0.0.0]'),
    });
  });

  test.each([
    'command: [httpd, -f, -p, "127.0.0.1:8000"]',
    'command: httpd -f -p 127.0.0.1:8000 -h /www',
    'command: [serve, --web.address=127.0.0.1:8000]',
  ])('the very address on which it listens, behind any flag: %s', (command) => {
    const text = stackOf(`    ${command}\n`);
    expect(fixed(bindsLoopback, failing(text))).toEqual({
      'compose.yaml': text.replace('127.0.0.1', '0.0.0.0'),
    });
  });

  test('the address in a program of the command', () => {
    const text = stackOf(
      `    command: [node, -e, "require('http').createServer((q, r) => r.end()).listen(8000, '127.0.0.1')"]\n`,
    );
    expect(fixed(bindsLoopback, failing(text))).toEqual({
      'compose.yaml': text.replace('127.0.0.1', '0.0.0.0'),
    });
  });

  test('without a setting, a person decides', () =>
    expect(fixed(bindsLoopback, failing(stackOf('')))).toBe('needs_value'));
});

describe('silent', () => {
  const text = stackOf('    environment: { HOST: 127.0.0.1 }\n');
  const red = [refusedAt('http://web:8000/', 'web')];
  test.each([
    [
      'where it listens on all addresses',
      aCapture({ compose: text, services: { web: { container: listening(8000) } }, red }),
    ],
    [
      'where it listens on both',
      aCapture({
        compose: text,
        services: {
          web: {
            container: {
              listening: [
                { address: '127.0.0.1', port: 8000 },
                { address: '::', port: 8000 },
              ],
            },
          },
        },
        red,
      }),
    ],
    [
      'where the check asked another port',
      failing(text.replace('8000', '8000'), {}, 9000).red.length > 0
        ? aCapture({
            compose: text,
            services: { web: { container: listening(9000, '127.0.0.1') } },
            red,
          })
        : failing(text),
    ],
    [
      'where the check was answered',
      aCapture({ compose: text, services: { web: { container: listening(8000, '127.0.0.1') } } }),
    ],
    [
      "for Docker's own resolver",
      aCapture({
        compose: text,
        services: { web: { container: listening(8000, '127.0.0.11') } },
        red,
      }),
    ],
    [
      'in the namespace of another service',
      failing(stackOf('    network_mode: service:db\n    environment: { HOST: 127.0.0.1 }\n')),
    ],
  ])('%s', (_, capture) => expect(fixed(bindsLoopback, capture)).toBe('silent'));

  test('the address of a peer is not taken for its own', () => {
    expect(
      fixed(bindsLoopback, failing(stackOf('    environment: { DB_HOST: 127.0.0.1 }\n'))),
    ).toBe('needs_value');
  });
});
