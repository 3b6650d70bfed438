import { describe, expect, test } from 'vitest';
import { dependencyOrder } from '../../../../../domain/repair/rules/lifecycle/dependency-order.ts';
import { aCapture, aMount, ended, fixed, listening } from '../../a-capture.ts';

const stack =
  'services:\n  web:\n    image: web:1\n  db:\n    image: postgres:16\n    healthcheck: { test: pg_isready }\n';
const ready = { db: { container: { ...listening(5432), health: 'healthy' } } };
const failing = (
  compose: string,
  log: string,
  services: NonNullable<Parameters<typeof aCapture>[0]['services']> = ready,
) => aCapture({ compose, services: { web: { container: ended(1), logs: [log] }, ...services } });
const healthy = stack.replace(
  'web:1\n',
  'web:1\n    depends_on:\n      db:\n        condition: service_healthy\n',
);

describe('it waits until the peer is healthy', () => {
  test.each([
    'Error: connect ECONNREFUSED db:5432',
    'Error: connect ECONNREFUSED 172.18.0.2:5432',
    'connection to server at "db" (172.18.0.2), port 5432 failed: Connection refused',
    'dial tcp 172.18.0.2:5432: connect: connection refused',
    'psycopg.OperationalError: connection failed: FATAL:  the database system is starting up',
    'Error: getaddrinfo ENOTFOUND db',
    'org.postgresql.util.PSQLException: Connection to db:5432 refused.',
  ])('%s', (log) =>
    expect(fixed(dependencyOrder, failing(stack, log))).toEqual({ 'compose.yaml': healthy }),
  );

  test.each([
    'ConnectionRefusedError: [Errno 111] Connection refused',
    'nc: connect: Connection refused',
  ])('a line that names nobody: %s', (said) => {
    const text = stack.replace('web:1\n', 'web:1\n    environment: [DB_HOST=db]\n');
    expect(fixed(dependencyOrder, failing(text, said))).toEqual({
      'compose.yaml': text.replace(
        'DB_HOST=db]\n',
        'DB_HOST=db]\n    depends_on:\n      db:\n        condition: service_healthy\n',
      ),
    });
  });

  test('a peer that nothing starts with it is started too', () => {
    const text = stack.replace('web:1\n', 'web:1\n    environment: [DB_HOST=db]\n');
    const said = 'socket.gaierror: [Errno -2] Name or service not known';
    const asleep = failing(text, said, { db: { container: null } });
    expect(fixed(dependencyOrder, asleep)).toEqual({
      'compose.yaml': text.replace(
        'DB_HOST=db]\n',
        'DB_HOST=db]\n    depends_on:\n      db:\n        condition: service_healthy\n',
      ),
    });
    const awaited = text.replace('web:1\n', 'web:1\n    depends_on: [db]\n');
    const notUp = failing(awaited, said, { db: { container: null } });
    expect(fixed(dependencyOrder, notUp)).toBe('silent');
  });

  test('a job that writes into a volume of both is awaited to its end', () => {
    const text =
      'services:\n  web:\n    image: web:1\n    depends_on: [fill]\n    volumes: ["data:/data"]\n  fill:\n    image: b\n    volumes: ["data:/out"]\nvolumes:\n  data:\n';
    const volume = { type: 'volume' as const };
    const mounted = (target: string) => [aMount('/var/lib/docker/volumes/x', target, volume)];
    const capture = aCapture({
      compose: text,
      services: {
        web: {
          container: ended(1, { mounts: mounted('/data') }),
          logs: ["FileNotFoundError: [Errno 2] No such file or directory: '/data/schema'"],
        },
        fill: { container: ended(0, { mounts: mounted('/out') }) },
      },
    });
    expect(fixed(dependencyOrder, capture)).toEqual({
      'compose.yaml': text.replace(
        'depends_on: [fill]\n',
        'depends_on: { fill: { condition: service_completed_successfully } }\n',
      ),
    });
  });

  const log = 'Error: connect ECONNREFUSED 172.18.0.2:5432';
  test('a list becomes a map, with what it had', () => {
    const text = stack
      .replace('web:1\n', 'web:1\n    depends_on:\n      - redis\n      - db # late\n')
      .concat('  redis:\n    image: r\n');
    const after = stack
      .replace(
        'web:1\n',
        'web:1\n    depends_on:\n      redis:\n        condition: service_started\n      db:\n        condition: service_healthy # late\n',
      )
      .concat('  redis:\n    image: r\n');
    expect(fixed(dependencyOrder, failing(text, log))).toEqual({ 'compose.yaml': after });
  });

  test('a condition that is too weak, with CRLF', () => {
    const text = stack
      .replace('web:1\n', 'web:1\n    depends_on: { db: { condition: service_started } }\n')
      .replaceAll('\n', '\r\n');
    expect(fixed(dependencyOrder, failing(text, log))).toEqual({
      'compose.yaml': text.replace('service_started', 'service_healthy'),
    });
  });

  test('a peer without a health check', () => {
    const text = stack.replace(/ +healthcheck.*\n/, '');
    const services = { db: { container: listening(5432) } };
    expect(fixed(dependencyOrder, failing(text, log, services))).toEqual({
      'compose.yaml': text.replace('web:1\n', 'web:1\n    depends_on: [db]\n'),
    });
    expect(
      fixed(
        dependencyOrder,
        failing(text.replace('web:1\n', 'web:1\n    depends_on: [db]\n'), log, services),
      ),
    ).toBe('needs_value');
  });

  test('a one-shot that prepares the data', () => {
    const text =
      'services:\n  web:\n    image: web:1\n    depends_on:\n      db: { condition: service_healthy }\n  migrate:\n    image: m\n  db:\n    image: d\n    healthcheck: { test: x }\n';
    const services = { ...ready, migrate: { container: { state: 'exited', exit_code: 0 } } };
    expect(
      fixed(
        dependencyOrder,
        failing(text, 'ERROR:  relation "users" does not exist at character 15', services),
      ),
    ).toEqual({
      'compose.yaml': text.replace(
        'service_healthy }\n',
        'service_healthy }\n      migrate:\n        condition: service_completed_successfully\n',
      ),
    });
  });
});

describe('silent', () => {
  const log = 'Error: connect ECONNREFUSED 172.18.0.2:5432';
  test.each([
    ['where it waits already', failing(healthy, log)],
    ['where the peer is down', failing(stack, log, { db: { container: ended(1) } })],
    [
      'where the peer listens on another port',
      failing(stack, log, { db: { container: { ...listening(5433), health: 'healthy' } } }),
    ],
    ['where the peer would wait for it', failing(stack.concat('    depends_on: [web]\n'), log)],
    [
      'where it still runs',
      aCapture({ compose: stack, services: { web: { logs: [log] }, ...ready } }),
    ],
    [
      'where they share no network',
      failing(stack.replace('web:1\n', 'web:1\n    networks: [a]\n'), 'getaddrinfo ENOTFOUND db'),
    ],
    ['for its own loopback', failing(stack, 'connect ECONNREFUSED 127.0.0.1:5432')],
    [
      'where it ran out of memory',
      failing(stack, log, {
        web: { container: ended(137, { out_of_memory: true }), logs: [log] },
        ...ready,
      }),
    ],
  ])('%s', (_, capture) => expect(fixed(dependencyOrder, capture)).toBe('silent'));
});
