import { describe, expect, test } from 'vitest';
import { noCommonNetwork } from '../../../../../domain/repair/rules/network/no-common-network.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const stack =
  'services:\n  web:\n    image: web:1\n    networks: [front]\n  db:\n    image: postgres:16\n    networks: [public, back]\nnetworks:\n  front:\n  public:\n  back: { internal: true }\n';
const failing = (log: string, compose = stack) =>
  aCapture({
    compose,
    services: { web: { container: ended(1), logs: ['starting', log] } },
    red: [{ service: 'web' }],
  });

describe('the consumer joins a network of the provider, an internal one first', () => {
  test.each([
    'Error: getaddrinfo ENOTFOUND db',
    'Error: getaddrinfo EAI_AGAIN db db:5432',
    'psycopg2.OperationalError: could not translate host name "db" to address: Name or service not known',
    'dial tcp: lookup db on 127.0.0.11:53: no such host',
    'Caused by: java.net.UnknownHostException: db',
    'nginx: [emerg] host not found in upstream "db" in /etc/nginx/conf.d/default.conf:3',
    'django.db.utils.OperationalError: (2005, "Unknown MySQL server host \'db\' (-2)")',
    'redis.exceptions.ConnectionError: Error -2 connecting to db:6379. Name or service not known.',
    'curl: (6) Could not resolve host: db',
    "wget: bad address 'db:5432'",
    'Failed to open TCP connection to db:80 (getaddrinfo: Name or service not known) (SocketError)',
    "urllib3.exceptions.NameResolutionError: <HTTPConnection>: Failed to resolve 'db' ([Errno -2] Name or service not known)",
    'SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for db failed: Name or service not known',
  ])('%s', (log) => {
    expect(fixed(noCommonNetwork, failing(log))).toEqual({
      'compose.yaml': stack.replace('[front]', '[front, back]'),
    });
  });

  test.each([
    'socket.gaierror: [Errno -2] Name or service not known',
    'urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>',
  ])('a line that names no host: %s', (log) => {
    const text = stack.replace('web:1\n', 'web:1\n    environment: { DB_HOST: db }\n');
    expect(fixed(noCommonNetwork, failing(log, text))).toEqual({
      'compose.yaml': text.replace('[front]', '[front, back]'),
    });
  });

  test('in the form of a map', () => {
    const text = stack.replace(
      'networks: [front]',
      'networks:\n      front:\n        aliases: [w] # k',
    );
    expect(fixed(noCommonNetwork, failing('getaddrinfo ENOTFOUND db', text))).toEqual({
      'compose.yaml': text.replace('# k\n', '# k\n      back: {}\n'),
    });
  });

  test('one without networks keeps the default one, and what it inherits is left alone', () => {
    const text =
      'x-base: &base\n  image: web:1\nservices:\n  web:\n    <<: *base\n  db:\n    image: postgres:16\n    networks:\n      - back\nnetworks:\n  back:\n';
    expect(fixed(noCommonNetwork, failing('getaddrinfo ENOTFOUND db', text))).toEqual({
      'compose.yaml': text.replace('<<: *base\n', '<<: *base\n    networks: [default, back]\n'),
    });
  });

  test('a provider in the default network', () => {
    const text = stack.replace('    networks: [public, back]\n', '');
    expect(fixed(noCommonNetwork, failing('getaddrinfo ENOTFOUND db', text))).toEqual({
      'compose.yaml': text.replace('[front]', '[front, default]'),
    });
  });
});

describe('silent', () => {
  test.each([
    [
      'where they share a network',
      failing('getaddrinfo ENOTFOUND db', stack.replace('[front]', '[front, back]')),
    ],
    ['about a host that is no service', failing('getaddrinfo ENOTFOUND api.example.com')],
    ['about a host that is nearly a service', failing('getaddrinfo ENOTFOUND dbb')],
    [
      'in host mode',
      failing('getaddrinfo ENOTFOUND db', stack.replace('networks: [front]', 'network_mode: host')),
    ],
    [
      'about the log of a neighbour',
      aCapture({
        compose: stack,
        services: { db: { logs: ['getaddrinfo ENOTFOUND web'] } },
        red: [{ service: 'web' }],
      }),
    ],
    ['where the name is only mentioned', failing('connecting to db')],
  ])('%s', (_, capture) => expect(fixed(noCommonNetwork, capture)).toBe('silent'));
});
