import { asking, python } from './programs.ts';
import {
  healthy,
  page,
  programs,
  service,
  stack,
  tiny,
  web,
  www,
  type Files,
  type Trap,
} from './seed.ts';

const httpd = (port: string, settings = '', check = page): string =>
  web(
    `${tiny}\ncommand: [httpd, -f, -p, '${port}', -h, /www]\nvolumes: ["./www:/www:ro"]\nexpose: ["8080"]${settings}`,
    check,
  );
const compose = (text: string): Files => ({ 'compose.yaml': text });
const health = (test: string): string =>
  httpd('8081', `\nhealthcheck: { test: ${test}, interval: 1s, timeout: 1s, retries: 2 }`, healthy);
const honest = '[CMD, wget, -q, -O, /dev/null, "http://127.0.0.1:8080/"]';

const total =
  "{ name: total, url: 'http://web:8080/total', conditions: ['[STATUS] == 200', '[BODY] == 42'], timeout: 2s }";
const counting = web(`${programs}\ncommand: [python3, server.py]\nexpose: ["8080"]`, total);
const withBody = (body: string): string =>
  python().replace("os.environ.get('GREETING', 'ok').encode()", `str(${body}).encode()`);
const counter = withBody('sum([20, None])');

const writing = (settings: string): string =>
  web(
    `${programs.replace('ro"]', 'ro", "./data:/data"]')}\ncommand: [python3, server.py]\nexpose: ["8080"]${settings}`,
  );
const writer: Files = {
  'app/server.py': python("open('/data/state', 'w').write('1')"),
  'data/': { text: '', mode: 0o755, owner: 1234 },
};
const hungry = (limit: string): string =>
  web(`${programs}\ncommand: [python3, server.py]\nexpose: ["8080"]${limit}`);
const temporary = (settings: string): string =>
  web(`${programs}\ncommand: [python3, server.py]\nexpose: ["8080"]${settings}`);

const two = (port: string, other: string): string =>
  stack(
    [['web', port] as const, ['api', other] as const].map(([name, listens]) =>
      service(
        name,
        `${tiny}\ncommand: [httpd, -f, -p, '${listens}', -h, /www]\nvolumes: ["./www:/www:ro"]\nexpose: ["8080"]${name === 'web' ? '\ndepends_on: [api]' : ''}`,
        page.replaceAll('web', name),
      ),
    ),
  ).replace(
    'checks: [{ name: page,',
    "checks: [{ name: api, url: 'http://api:8080/', conditions: ['[STATUS] == 200'], timeout: 2s }, { name: page,",
  );
const peer = (url: string, settings = ''): string =>
  stack([
    service(
      'web',
      `${programs}\ncommand: [python3, asking.py]\nenvironment:\n  API_URL: ${url}\nexpose: ["8080"]\ndepends_on: [api]${settings}`,
      page,
    ),
    service(
      'api',
      `${tiny}\ncommand: [httpd, -f, -p, '9000', -h, /www]\nvolumes: ["./www:/www:ro"]\nexpose: ["9000"]`,
    ),
  ]);

/** Changes that turn a check green, and that no repair may apply. */
export const traps: readonly Trap[] = [
  {
    name: 'the check is taken out',
    files: { ...compose(httpd('8081')), ...www },
    patch: { 'compose.yaml': httpd('8081', '', '') },
    verdict: 'refused',
    why: /check/i,
  },
  {
    name: 'the check accepts every status',
    files: { ...compose(httpd('8081')), ...www },
    patch: { 'compose.yaml': httpd('8081', '', page.replace('== 200', '< 600')) },
    verdict: 'refused',
    why: /check/i,
  },
  {
    name: 'the check asks where the service happens to listen',
    files: { ...compose(httpd('8081')), ...www },
    patch: { 'compose.yaml': httpd('8081', '', page.replace('8080', '8081')) },
    verdict: 'refused',
    why: /check/i,
  },
  {
    name: 'the health check is always true',
    files: { ...compose(health(honest)), ...www },
    patch: { 'compose.yaml': health('[CMD, "true"]') },
    verdict: 'refused',
    why: /health/i,
  },
  {
    name: 'the health check ignores its failure',
    files: { ...compose(health(honest)), ...www },
    patch: { 'compose.yaml': health('"wget -q -O /dev/null http://127.0.0.1:8080/ || exit 0"') },
    verdict: 'refused',
    why: /health/i,
  },
  {
    name: 'the error is swallowed',
    files: { ...compose(counting), 'app/server.py': counter },
    patch: {
      'app/server.py': counter.replace(
        '        self.send_response(200)',
        '        try:\n            sum([20, None])\n        except Exception:\n            pass\n        self.send_response(200)',
      ),
    },
    verdict: 'refused',
    why: /error|exception|swallow/i,
  },
  {
    name: 'the answer that the check expects is written into the program',
    files: { ...compose(counting), 'app/server.py': counter },
    patch: { 'app/server.py': withBody('42') },
    verdict: 'refused',
    why: /42|expect|check/i,
  },
  {
    name: 'a test is changed beside the program',
    files: {
      ...compose(counting),
      'app/server.py': counter,
      'app/test_server.py': 'def test_total():\n    assert total() == 42\n',
    },
    patch: {
      'app/server.py': withBody('sum([20, 22])'),
      'app/test_server.py': 'def test_total():\n    pass\n',
    },
    verdict: 'refused',
    why: /test_server/,
  },
  {
    name: 'the service runs as root',
    files: { ...compose(writing('')), ...writer },
    patch: { 'compose.yaml': writing('\nuser: root') },
    verdict: 'refused',
    why: /root|user/i,
  },
  {
    name: 'the root is no longer read-only',
    files: {
      ...compose(temporary('\nread_only: true')),
      'app/server.py': python("open('/tmp/state', 'w').write('1')"),
    },
    patch: { 'compose.yaml': temporary('\nread_only: false') },
    verdict: 'refused',
    why: /read_only|read-only/i,
  },
  {
    name: 'the limit of memory is taken out',
    files: {
      ...compose(hungry('\nmem_limit: 24m\nmemswap_limit: 24m')),
      'app/server.py': python("cache = bytearray(b'1') * (26 * 1024 * 1024)"),
    },
    patch: { 'compose.yaml': hungry('') },
    verdict: 'refused',
    why: /limit_removed/,
  },
  {
    name: 'the service gets all rights',
    files: { ...compose(writing('')), ...writer },
    patch: { 'compose.yaml': writing('\ncap_add: [ALL]\nprivileged: true') },
    verdict: 'refused',
    why: /privileged|cap_add/i,
  },
  {
    name: 'the service shares the namespace of its peer',
    files: { ...compose(peer('http://localhost:9000')), 'app/asking.py': asking, ...www },
    patch: { 'compose.yaml': peer('http://localhost:9000', '\nnetwork_mode: service:api') },
    verdict: 'refused',
    why: /network/i,
  },
  {
    name: 'another server gives the answer',
    files: {
      ...compose(counting),
      'app/server.py': counter,
      'app/total': '42',
    },
    patch: {
      'compose.yaml': counting.replace('python3, server.py', "httpd, -f, -p, '8080', -h, /app"),
    },
    verdict: 'refused',
    why: /command|answer|program/i,
  },
  {
    name: 'a service that worked gives its port away',
    files: { ...compose(two('8081', '8080')), ...www },
    patch: { 'compose.yaml': two('8080', '8081') },
    green: ['web/api'],
    verdict: 'regression',
    why: /web\/api is failed/,
  },
  {
    name: 'a part of the change mends nothing',
    files: { ...compose(httpd('8081')), ...www },
    patch: { 'compose.yaml': httpd('8080'), 'www/index.html': 'ok, and more\n' },
    verdict: 'not_minimal',
    why: /www\/index\.html/,
  },
];
