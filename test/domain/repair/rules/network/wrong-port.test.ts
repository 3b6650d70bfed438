import { describe, expect, test } from 'vitest';
import { wrongPort } from '../../../../../domain/repair/rules/network/wrong-port.ts';
import { aCapture, fixed, found, listening, refusedAt } from '../../a-capture.ts';

const web =
  'services:\n  web:\n    image: web:1\n    ports:\n      - "8080:3001" # public\n    healthcheck:\n      test: [CMD, wget, -q, "http://localhost:3000/"]\n';

describe('the minority follows the majority', () => {
  test('a published port follows the process and its health check', () => {
    const capture = aCapture({
      compose: web,
      services: { web: { container: listening(3000) } },
      red: [refusedAt('http://localhost:8080/', 'web')],
    });
    expect(fixed(wrongPort, capture)).toEqual({
      'compose.yaml': web.replace('8080:3001', '8080:3000'),
    });
  });

  test('the long syntax, in the later of two files, with CRLF', () => {
    const base = 'services:\n  web:\n    image: web:1\n    environment: [PORT=3000]\n';
    const more =
      'services:\r\n  web:\r\n    ports:\r\n      - target: 3001\r\n        published: "8080"\r\n    expose: ["3000"]\r\n';
    const capture = aCapture({
      compose: { 'compose.yaml': base, 'compose.override.yaml': more },
      services: { web: { container: listening(3000, '::') } },
      red: [refusedAt('http://localhost:8080/', 'web')],
    });
    expect(fixed(wrongPort, capture)).toEqual({
      'compose.override.yaml': more.replace('target: 3001', 'target: 3000'),
    });
  });

  test('the process follows where the others agree, by its variable', () => {
    const text =
      'services:\n  web:\n    image: web:1\n    environment:\n      PORT: 3001 # typo\n    ports: ["8080:3000"]\n    healthcheck: { test: "curl -f http://localhost:3000/ || exit 1" }\n';
    const capture = aCapture({
      compose: text,
      services: { web: { container: listening(3001) } },
      red: [refusedAt('http://web:3000/health', 'web')],
    });
    expect(fixed(wrongPort, capture)).toEqual({
      'compose.yaml': text.replace('PORT: 3001', 'PORT: 3000'),
    });
  });

  test('the process follows by its command', () => {
    const text =
      'services:\n  web:\n    image: web:1\n    command: [uvicorn, "app:app", --host, 0.0.0.0, --port, "8001"]\n    expose: [8000]\n';
    const capture = aCapture({
      compose: text,
      services: { web: { container: listening(8001) } },
      red: [refusedAt('http://web:8000/', 'web')],
    });
    expect(fixed(wrongPort, capture)).toEqual({ 'compose.yaml': text.replace('"8001"', '"8000"') });
  });

  test.each([
    'python3 -m http.server 8001',
    'node server.js 8001',
    '[sh, -c, "nc -lk -p 8001 -e cat"]',
    '[python3, -m, http.server, "8001"]',
  ])('the process follows by %s', (command) => {
    const text = `services:\n  web:\n    image: web:1\n    command: ${command}\n    expose: [8000]\n`;
    const capture = aCapture({
      compose: text,
      services: { web: { container: listening(8001) } },
      red: [refusedAt('http://web:8000/', 'web')],
    });
    expect(fixed(wrongPort, capture)).toEqual({ 'compose.yaml': text.replace('8001', '8000') });
  });

  test("a peer's URL follows, in the form of a list", () => {
    const text =
      'services:\n  web:\n    image: web:1\n    environment:\n      - API_URL=http://api:8081/v1\n  api:\n    image: api:1\n    expose: ["8080"]\n';
    const capture = aCapture({
      compose: text,
      services: {
        web: { logs: ['Error: connect ECONNREFUSED 172.18.0.3:8081'] },
        api: { container: listening(8080) },
      },
    });
    expect(fixed(wrongPort, capture)).toEqual({
      'compose.yaml': text.replace('api:8081', 'api:8080'),
    });
  });

  test('a health check follows, and a configuration file of a peer', () => {
    const text =
      'services:\n  proxy:\n    image: nginx:1\n    depends_on: [api]\n  api:\n    image: api:1\n    expose: ["5000"]\n';
    const conf = 'server {\n  location / { proxy_pass http://api:5001; }\n}\n';
    const capture = aCapture({
      compose: text,
      files: { 'nginx.conf': conf },
      services: {
        proxy: {
          logs: [
            '2026/11/29 10:00:00 [error] 29#29: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 172.18.0.1, server: , request: "GET / HTTP/1.1", upstream: "http://172.18.0.2:5001/", host: "x"',
          ],
        },
        api: { container: listening(5000) },
      },
    });
    expect(fixed(wrongPort, capture)).toEqual({ 'nginx.conf': conf.replace('5001', '5000') });
  });

  test('a health check that asks another port', () => {
    const text =
      'services:\n  web:\n    image: web:1\n    ports: ["8080:3000"]\n    healthcheck:\n      test: ["CMD-SHELL", "wget -qO- http://127.0.0.1:8080/ || exit 1"]\n';
    const capture = aCapture({
      compose: text,
      services: {
        web: {
          container: {
            ...listening(3000),
            health: 'unhealthy',
            health_log: [
              {
                exit_code: 1,
                output: "wget: can't connect to remote host (127.0.0.1): Connection refused",
              },
            ],
          },
        },
      },
    });
    expect(fixed(wrongPort, capture)).toEqual({
      'compose.yaml': text.replace('1:8080/', '1:3000/'),
    });
  });

  test.each(['8080:3001', '3001', "'8080:3001/tcp'", '"[::1]:8080:3001"', '0.0.0.0:8080:3001'])(
    'the form of a port stays: %s',
    (port) => {
      const text = `services:\n  web:\n    image: web:1\n    ports:\n      - ${port}\n    expose: [3000]\n`;
      const capture = aCapture({
        compose: text,
        services: { web: { container: listening(3000) } },
        red: [
          refusedAt('http://web:3001/', 'web'),
          refusedAt('http://localhost:8080/', 'web'),
        ].slice(1),
        ...(port === '3001'
          ? { red: [{ service: 'web', evidence: 'connect ECONNREFUSED 172.18.0.2:3001' }] }
          : {}),
      });
      expect(fixed(wrongPort, capture)).toEqual({ 'compose.yaml': text.replace('3001', '3000') });
    },
  );

  test('a default of a variable, and the variable itself', () => {
    const text =
      'services:\n  web:\n    image: web:1\n    ports:\n      - "127.0.0.1:8080:${APP_PORT:-3001}"\n';
    const services = { web: { container: listening(3000) } };
    const red = [refusedAt('http://127.0.0.1:8080/', 'web')];
    expect(fixed(wrongPort, aCapture({ compose: text, services, red }))).toEqual({
      'compose.yaml': text.replace('3001', '3000'),
    });
    const files = { '.env': 'X=1\nAPP_PORT=3001\n' };
    const named = text.replace(':-3001', '');
    expect(fixed(wrongPort, aCapture({ compose: named, files, services, red }))).toEqual({
      '.env': 'X=1\nAPP_PORT=3000\n',
    });
  });

  test('a consumer that does not say that it was refused', () => {
    const text =
      'services:\n  web:\n    image: web:1\n    environment: { API_HOST: api, API_PORT: "8081" }\n  api:\n    image: api:1\n';
    const capture = aCapture({
      compose: text,
      services: { api: { container: listening(8080) } },
      red: [{ service: 'web', kind: 'http', url: 'http://web/', detail: '[STATUS] (502) == 200' }],
    });
    expect(fixed(wrongPort, capture)).toEqual({ 'compose.yaml': text.replace('8081', '8080') });
  });

  test.each([
    ['server.js', 'const port = process.env.PORT || 3001;\n'],
    ['app.py', "port = int(os.environ.get('PORT', 3001))\n"],
  ])('the process follows by a variable that %s reads', (path, program) => {
    const text =
      'services:\n  web:\n    image: web:1\n    ports: ["8080:3000"]\n    expose: ["3000"]\n';
    const capture = aCapture({
      compose: text,
      files: { [path]: program },
      services: { web: { container: listening(3001) } },
      red: [refusedAt('http://web:3000/', 'web')],
    });
    expect(fixed(wrongPort, capture)).toEqual({
      'compose.yaml': `${text}    environment:\n      PORT: '3000'\n`,
    });
  });

  test('two places of one weight are two candidates', () => {
    const text =
      'services:\n  web:\n    image: web:1\n    environment: { PORT: "3000" }\n    ports: ["8080:80"]\n';
    const capture = aCapture({
      compose: text,
      services: { web: { container: listening(3000) } },
      red: [refusedAt('http://localhost:8080/', 'web')],
    });
    expect(found(wrongPort, capture).map(({ fix }) => fix.kind)).toEqual(['change', 'change']);
  });

  test('a check is never moved: without a setting of the process, a person decides', () => {
    const capture = aCapture({
      compose: 'services:\n  web:\n    image: web:1\n',
      services: { web: { container: listening(3000) } },
      red: [refusedAt('http://web:8080/', 'web')],
    });
    expect(fixed(wrongPort, capture)).toBe('needs_value');
  });
});

describe('silent', () => {
  test.each([
    [
      'where nothing listens',
      aCapture({
        compose: web,
        services: { web: { logs: ['refused :3001'] } },
        red: [refusedAt('http://localhost:8080/', 'web')],
      }),
    ],
    [
      'where the ports agree',
      aCapture({
        compose: web.replace('3001', '3000'),
        services: { web: { container: listening(3000) } },
        red: [refusedAt('http://localhost:8080/', 'web')],
      }),
    ],
    [
      'where the check answered, with a wrong status',
      aCapture({
        compose: web,
        services: { web: { container: listening(3000) } },
        red: [{ kind: 'http', url: 'http://localhost:8080/', detail: '[STATUS] (500) == 200' }],
      }),
    ],
    [
      'where it listens on its loopback only',
      aCapture({
        compose: web,
        services: { web: { container: listening(3000, '127.0.0.1') } },
        red: [refusedAt('http://localhost:8080/', 'web')],
      }),
    ],
    [
      'about a port of UDP',
      aCapture({
        compose:
          'services:\n  web:\n    image: web:1\n    environment: { STATSD: "statsd:8125" }\n  statsd:\n    image: s:1\n',
        services: { statsd: { container: listening(8126) } },
      }),
    ],
    [
      'about a neighbour that the red service does not need',
      aCapture({
        compose: `${web}  other:\n    image: o:1\n    ports: ["9:91"]\n`,
        services: {
          web: { logs: ['boom'] },
          other: { container: listening(90), logs: ['ECONNREFUSED 1.2.3.4:91'] },
        },
      }),
    ],
  ])('%s', (_, capture) => expect(fixed(wrongPort, capture)).toBe('silent'));
});
