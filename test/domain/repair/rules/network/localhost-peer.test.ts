import { describe, expect, test } from 'vitest';
import { localhostPeer } from '../../../../../domain/repair/rules/network/localhost-peer.ts';
import { aCapture, ended, fixed, found, listening } from '../../a-capture.ts';

const stack = (environment: string): string =>
  `services:\n  web:\n    image: web:1\n    environment:\n${environment}  db:\n    image: postgres:16\n`;
const url = stack('      DATABASE_URL: postgres://u:p@localhost:5432/app # local\n');
const failing = (
  compose: string,
  logs: string[],
  more: Partial<Parameters<typeof aCapture>[0]> = {},
) =>
  aCapture({
    compose,
    services: { web: { container: ended(1), logs }, db: { container: listening(5432) } },
    red: [{ service: 'web' }],
    ...more,
  });

describe('the name of the one service that listens there is set', () => {
  test.each([
    [['Error: connect ECONNREFUSED 127.0.0.1:5432']],
    [['Error: connect ECONNREFUSED ::1:5432']],
    [
      [
        'connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused',
        '\tIs the server running on that host and accepting TCP/IP connections?',
      ],
    ],
    [['dial tcp 127.0.0.1:5432: connect: connection refused']],
    [['dial tcp [::1]:5432: connect: connection refused']],
    [
      [
        'org.postgresql.util.PSQLException: Connection to localhost:5432 refused. Check that the hostname and port are correct',
      ],
    ],
    [
      [
        'could not connect to server: Connection refused',
        '\tIs the server running on host "localhost" (127.0.0.1) and accepting',
        '\tTCP/IP connections on port 5432?',
      ],
    ],
    [
      [
        'PG::ConnectionBad: connection to server at "127.0.0.1", port 5432 failed: Connection refused',
      ],
    ],
  ])('%s', (logs) => {
    expect(fixed(localhostPeer, failing(url, logs))).toEqual({
      'compose.yaml': url.replace('localhost', 'db'),
    });
  });

  test('a line that names nobody', () => {
    expect(
      fixed(
        localhostPeer,
        failing(url, ['ConnectionRefusedError: [Errno 111] Connection refused']),
      ),
    ).toEqual({ 'compose.yaml': url.replace('localhost', 'db') });
  });

  test('a host and a port of their own, in a list with CRLF', () => {
    const text = stack(
      '      - CACHE_HOST=localhost\n      - DB_HOST=127.0.0.1\n      - DB_PORT=5432\n',
    ).replaceAll('\n', '\r\n');
    expect(fixed(localhostPeer, failing(text, ['ECONNREFUSED 127.0.0.1:5432']))).toEqual({
      'compose.yaml': text.replace('127.0.0.1', 'db'),
    });
  });

  test('a value that is merged is overridden', () => {
    const text =
      'x-env: &env\n  PGHOST: localhost\nservices:\n  web:\n    image: web:1\n    environment:\n      <<: *env\n  job:\n    image: job:1\n    environment: *env\n  db:\n    image: postgres:16\n';
    expect(fixed(localhostPeer, failing(text, ['ECONNREFUSED 127.0.0.1:5432']))).toEqual({
      'compose.yaml': text.replace('      <<: *env\n', '      <<: *env\n      PGHOST: db\n'),
    });
  });

  test('a secret beside the address is neither read nor written', () => {
    const text = url.replace('u:p@', '•••@');
    const [first] = found(localhostPeer, failing(text, ['ECONNREFUSED 127.0.0.1:5432']));
    expect(first?.fix).toMatchObject({
      kind: 'change',
      operations: [{ expected: 'localhost', text: 'db' }],
    });
  });

  test('a masked secret is not written into a file', () => {
    const text =
      'x-env: &env\n  PGHOST: localhost\n  PGPASSWORD: "••••"\nx-base: &base\n  environment: *env\nservices:\n  web:\n    <<: *base\n    image: web:1\n  db:\n    image: postgres:16\n';
    expect(fixed(localhostPeer, failing(text, ['ECONNREFUSED 127.0.0.1:5432']))).toBe(
      'needs_value',
    );
  });

  test('an env file and a later compose file', () => {
    const compose = {
      'compose.yaml': 'services:\n  web:\n    image: web:1\n    env_file: [.env.web]\n',
      'compose.db.yaml': 'services:\n  db:\n    image: postgres:16\n',
    };
    const files = { '.env.web': 'DATABASE_URL=postgres://localhost:5432/x\n' };
    const capture = aCapture({
      compose,
      files,
      services: {
        web: { container: ended(1), logs: ['ECONNREFUSED 127.0.0.1:5432'] },
        db: { container: listening(5432) },
      },
    });
    expect(fixed(localhostPeer, capture)).toEqual({
      '.env.web': 'DATABASE_URL=postgres://db:5432/x\n',
    });
  });

  test('a default of the program is overridden by its variable', () => {
    const text = 'services:\n  web:\n    image: web:1\n  redis:\n    image: redis:7\n';
    const files = {
      'app.py': "r = redis.Redis(host=os.environ.get('REDIS_HOST', 'localhost'), port=6379)\n",
    };
    const capture = aCapture({
      compose: text,
      files,
      services: {
        web: {
          container: ended(1),
          logs: [
            'redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.',
          ],
        },
        redis: { container: listening(6379) },
      },
    });
    expect(fixed(localhostPeer, capture)).toEqual({
      'compose.yaml': text.replace('web:1\n', 'web:1\n    environment:\n      REDIS_HOST: redis\n'),
    });
  });

  test('an address in a configuration file', () => {
    const text = 'services:\n  proxy:\n    image: nginx:1\n  api:\n    image: api:1\n';
    const files = {
      'conf/default.conf': 'location / {\n  proxy_pass http://127.0.0.1:3000/;\n}\n',
    };
    const log =
      '[error] 31#31: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 172.18.0.1, upstream: "http://127.0.0.1:3000/", host: "localhost"';
    const capture = aCapture({
      compose: text,
      files,
      services: { proxy: { logs: [log] }, api: { container: listening(3000) } },
    });
    expect(fixed(localhostPeer, capture)).toEqual({
      'conf/default.conf': files['conf/default.conf'].replace('127.0.0.1', 'api'),
    });
  });

  test.each([
    `node -e "connect(5432, 'localhost')"`,
    'psql -h localhost -p 5432',
    'wait-for 127.0.0.1:5432',
  ])('an address in the command: %s', (command) => {
    const text = `services:\n  web:\n    image: w\n    command: ${command}\n  db:\n    image: d\n`;
    expect(fixed(localhostPeer, failing(text, ['connect ECONNREFUSED 127.0.0.1:5432']))).toEqual({
      'compose.yaml': text.replace(/localhost|127\.0\.0\.1/, 'db'),
    });
  });

  test('without a setting, a person decides', () =>
    expect(
      fixed(localhostPeer, failing(stack('      A: 1\n'), ['ECONNREFUSED 127.0.0.1:5432'])),
    ).toBe('needs_value'));
});

describe('silent', () => {
  const log = ['Error: connect ECONNREFUSED 127.0.0.1:5432'];
  test.each([
    [
      'where no service listens on the port',
      failing(url, log, { services: { web: { logs: log } } }),
    ],
    [
      'where two services listen on the port',
      failing(`${url}  other:\n    image: p\n`, log, {
        services: {
          web: { logs: log },
          db: { container: listening(5432) },
          other: { container: listening(5432) },
        },
      }),
    ],
    [
      'where it listens there itself',
      failing(url, log, {
        services: {
          web: { logs: log, container: listening(5432) },
          db: { container: listening(5432) },
        },
      }),
    ],
    ['where a peer was asked by its name', failing(url, ['connect ECONNREFUSED 172.18.0.2:5432'])],
    ['in host mode', failing(url.replace('image: web:1', 'network_mode: host'), log)],
    [
      'about the log of a neighbour',
      aCapture({
        compose: url,
        services: {
          db: { logs: ['ECONNREFUSED 127.0.0.1:80'] },
          web: { container: listening(80) },
        },
        red: [{ service: 'web' }],
      }),
    ],
  ])('%s', (_, capture) => expect(fixed(localhostPeer, capture)).toBe('silent'));
});
