import { describe, expect, test } from 'vitest';
import { containerNameTaken } from '../../../../../domain/repair/rules/compose/container-name-taken.ts';
import { externalAbsent } from '../../../../../domain/repair/rules/compose/external-absent.ts';
import { nameTypo } from '../../../../../domain/repair/rules/compose/name-typo.ts';
import { pidsLimit } from '../../../../../domain/repair/rules/compose/pids-limit.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const stack = (settings: string, top = ''): string =>
  `services:\n  web:\n    image: web:1\n${settings}  postgres:\n    image: postgres:17\n  cache:\n    image: redis:7\n${top}`;
const environment = (line: string): string => stack(`    environment:\n      ${line}\n`);

describe('a host that is nearly a service', () => {
  const lost = (compose: string, log: string, files = {}) =>
    aCapture({ compose, files, services: { web: { container: ended(1), logs: [log] } } });
  test.each<[string, string, string]>([
    ['DB_HOST: postgers', 'DB_HOST: postgres', 'Error: getaddrinfo ENOTFOUND postgers'],
    [
      '- DB_URL=postgres://app@postgre:5432/app',
      '- DB_URL=postgres://app@postgres:5432/app',
      'could not translate host name "postgre" to address',
    ],
    [
      'REDIS: redis://cahce:6379',
      'REDIS: redis://cache:6379',
      'Error -2 connecting to cahce:6379. Name or service not known.',
    ],
    ['DB_HOST: Postgres1', 'DB_HOST: postgres', 'getaddrinfo EAI_AGAIN Postgres1'],
  ])('%s', (line, right, log) => {
    expect(fixed(nameTypo, lost(environment(line), log))).toEqual({
      'compose.yaml': environment(right),
    });
  });
  test('in a variable, where the line does not name it', () => {
    const line = 'socket.gaierror: [Errno -2] Name or service not known';
    expect(fixed(nameTypo, lost(environment('DB_HOST: postgers'), line))).toEqual({
      'compose.yaml': environment('DB_HOST: postgres'),
    });
    const url = 'redis://cahe:6379/0';
    expect(fixed(nameTypo, lost(environment(`CACHE: ${url}`), line))).toEqual({
      'compose.yaml': environment('CACHE: redis://cache:6379/0'),
    });
    expect(fixed(nameTypo, lost(environment('NAME: postgers'), line))).toBe('silent');
  });
  test('in the command', () => {
    const command = (host: string): string =>
      stack(`    command: ["serve", "--db=${host}:5432"]\n`);
    expect(fixed(nameTypo, lost(command('postgrs'), 'getaddrinfo ENOTFOUND postgrs'))).toEqual({
      'compose.yaml': command('postgres'),
    });
  });
  test('in .env, and in an env file', () => {
    const files = { '.env': 'HOST=postgers\n' };
    expect(
      fixed(
        nameTypo,
        lost(environment('DB_HOST: ${HOST}'), 'getaddrinfo ENOTFOUND postgers', files),
      ),
    ).toEqual({ '.env': 'HOST=postgres\n' });
    const own = { 'web.env': 'DB_HOST=postgers\r\n' };
    expect(
      fixed(
        nameTypo,
        lost(stack('    env_file: web.env\n'), 'getaddrinfo ENOTFOUND postgers', own),
      ),
    ).toEqual({ 'web.env': 'DB_HOST=postgres\r\n' });
  });
  test.each<[string, string, string]>([
    [
      'a public name',
      'API: https://api.partner.example',
      'getaddrinfo ENOTFOUND api.partner.example',
    ],
    ['a name that is like none', 'DB_HOST: warehouse', 'getaddrinfo ENOTFOUND warehouse'],
    ['a name that nothing in the stack has', 'A: b', 'getaddrinfo ENOTFOUND postgers'],
    ['the name of a service', 'DB_HOST: postgres', 'getaddrinfo ENOTFOUND postgres'],
  ])('%s is left alone', (_, line, log) => {
    expect(fixed(nameTypo, lost(environment(line), log))).toBe('silent');
  });
});

describe('what Compose refuses', () => {
  const refused = (compose: string, error: string, files = {}) =>
    aCapture({ compose, error, files });
  test.each<[string, string, string, string]>([
    [
      'a service, in a list',
      '    depends_on: [postgress]\n',
      '    depends_on: [postgres]\n',
      'service "web" depends on undefined service "postgress": invalid compose project',
    ],
    [
      'a service, in a map',
      '    depends_on:\n      cahe:\n        condition: service_started\n',
      '    depends_on:\n      cache:\n        condition: service_started\n',
      'service "web" depends on undefined service "cahe": invalid compose project',
    ],
    [
      'a network',
      '    networks: [backnd]\n',
      '    networks: [backend]\n',
      'service "web" refers to undefined network backnd: invalid compose project',
    ],
    [
      'a volume',
      '    volumes:\n      - dta:/data\n',
      '    volumes:\n      - data:/data\n',
      'service "web" refers to undefined volume dta: invalid compose project',
    ],
  ])('%s', (_, settings, right, error) => {
    const top = 'networks:\n  backend: {}\nvolumes:\n  data: {}\n';
    expect(fixed(nameTypo, refused(stack(settings, top), error))).toEqual({
      'compose.yaml': stack(right, top),
    });
  });
  test.each<[string, string, string, string, object]>([
    [
      'an env file that is misspelled',
      'env_file: ./prod.evn',
      'env_file: ./prod.env',
      'env file /srv/shop/prod.evn not found: stat /srv/shop/prod.evn: no such file or directory',
      { 'prod.env': 'A=1\n' },
    ],
    [
      'an env file that is elsewhere',
      'env_file: [web.env]',
      'env_file: [conf/web.env]',
      'env file /srv/shop/web.env not found: stat /srv/shop/web.env: no such file or directory',
      { 'conf/web.env': 'A=1\n' },
    ],
  ])('%s', (_, line, right, error, files) => {
    const own = (text: string): string => stack(`    ${text}\n`);
    expect(fixed(nameTypo, refused(own(line), error, files))).toEqual({
      'compose.yaml': own(right),
    });
  });
  test.each<[string, string, string, object]>([
    [
      'a name that is like none',
      '    depends_on: [warehouse]\n',
      'service "web" depends on undefined service "warehouse"',
      {},
    ],
    [
      'a file that is nowhere',
      '    env_file: prod.env\n',
      'env file /srv/shop/prod.env not found: stat /srv/shop/prod.env: no such file or directory',
      {},
    ],
    [
      'a file that is in two places',
      '    env_file: prod.env\n',
      'env file /srv/prod.env not found: stat',
      { 'a/prod.env': '', 'b/prod.env': '' },
    ],
  ])('%s needs a person', (_, settings, error, files) => {
    expect(fixed(nameTypo, refused(stack(settings), error, files))).toBe('needs_value');
  });
});

test('a source of a mount that is misspelled', () => {
  const mount = (name: string): string =>
    stack(`    volumes:\n      - ./conf/${name}:/etc/app.conf:ro\n`);
  const error =
    'invalid mount config for type "bind": bind source path does not exist: /srv/shop/conf/ap.conf';
  const services = { web: { container: { state: 'created', error } } };
  const files = { 'conf/app.conf': 'x\n' };
  expect(fixed(nameTypo, aCapture({ compose: mount('ap.conf'), services, files }))).toEqual({
    'compose.yaml': mount('app.conf'),
  });
  expect(
    fixed(nameTypo, aCapture({ compose: mount('ap.conf'), services: { web: {} }, files })),
  ).toBe('silent');
});

describe('a network or volume of others that is not there', () => {
  const external = (kind: string, name: string): string =>
    stack('', `${kind}:\n  shared:\n    external: true\n    name: ${name}\n`);
  const absent = (compose: string, error: string, there: object) => ({
    ...aCapture({ compose, error }),
    ...there,
  });
  test.each<[string, string, string, string, object]>([
    [
      'networks',
      'fornt',
      'front',
      'network fornt declared as external, but could not be found',
      { networks: ['bridge', 'front'] },
    ],
    [
      'networks',
      'front',
      'proxy_front',
      'network front declared as external, but could not be found',
      { networks: ['proxy_front', 'host'] },
    ],
    [
      'volumes',
      'shop-dta',
      'shop-data',
      'external volume "shop-dta" not found',
      { volumes: ['shop-data', 'other'] },
    ],
  ])('%s %s is %s', (kind, name, right, error, there) => {
    expect(fixed(externalAbsent, absent(external(kind, name), error, there))).toEqual({
      'compose.yaml': external(kind, right),
    });
  });
  test('that has no name of its own', () => {
    const text = stack('', 'networks:\n  fornt:\n    external: true\n');
    const error = 'network fornt declared as external, but could not be found';
    expect(fixed(externalAbsent, absent(text, error, { networks: ['front'] }))).toEqual({
      'compose.yaml': `${text}    name: front\n`,
    });
  });
  test('is created by nobody unasked', () => {
    const error = 'network front declared as external, but could not be found';
    expect(
      fixed(
        externalAbsent,
        absent(external('networks', 'front'), error, { networks: ['bridge', 'host'] }),
      ),
    ).toBe('needs_value');
  });
  test.each<[string, string, object]>([
    [
      'that is there',
      'network front declared as external, but could not be found',
      { networks: ['front'] },
    ],
    [
      'that no file declares',
      'network back declared as external, but could not be found',
      { networks: [] },
    ],
    ['where something else is wrong', 'services.web.ports must be a list', {}],
  ])('%s', (_, error, there) => {
    expect(fixed(externalAbsent, absent(external('networks', 'front'), error, there))).toBe(
      'silent',
    );
  });
});

describe('a limit that was reached is doubled', () => {
  const limited = (settings: string, container: object, ...logs: string[]) =>
    aCapture({
      compose: stack(settings),
      services: { web: { container: { ...ended(1), ...container }, logs } },
    });
  const thread = "RuntimeError: can't start new thread";
  const files = 'Error: EMFILE: too many open files, open';
  test.each<[string, string, object, string]>([
    ['    pids_limit: 20 # few\n', '    pids_limit: 40 # few\n', { pids_limit_hits: 3 }, 'x'],
    ['    pids_limit: 20\n', '    pids_limit: 40\n', {}, thread],
    ['    pids_limit: 300\n', '    pids_limit: 512\n', { pids_limit_hits: 3 }, 'x'],
    [
      '    deploy: { resources: { limits: { pids: 8 } } }\n',
      '    deploy: { resources: { limits: { pids: 16 } } }\n',
      { pids_limit_hits: 1 },
      'x',
    ],
    ['    ulimits:\n      nofile: 64\n', '    ulimits:\n      nofile: 128\n', {}, files],
    [
      '    ulimits:\n      nofile: { soft: 64, hard: 64 }\n',
      '    ulimits:\n      nofile: { soft: 128, hard: 128 }\n',
      {},
      files,
    ],
  ])('%s', (settings, right, container, log) => {
    expect(fixed(pidsLimit, limited(settings, container, log))).toEqual({
      'compose.yaml': stack(right),
    });
  });
  test.each<[string, string, object, string, string]>([
    ['at the most that is allowed', '    pids_limit: 512\n', { pids_limit_hits: 3 }, 'x', 'advice'],
    ['without a limit', '', {}, thread, 'silent'],
    ['that was not reached', '    pids_limit: 20\n', {}, 'ready', 'silent'],
    ['of a large size, where the host may be full', '    pids_limit: 400\n', {}, thread, 'silent'],
    ['of files, without a limit', '', {}, files, 'silent'],
  ])('%s: %s', (_, settings, container, log, end) => {
    expect(fixed(pidsLimit, limited(settings, container, log))).toBe(end);
  });
});

describe('a container name that is taken', () => {
  const error =
    'Conflict. The container name "/web" is already in use by container "0123456789abcdef". You have to remove (or rename) that container.';
  test('is for a person, who sees what holds it', () => {
    const services = { web: { container: { state: 'created', error } } };
    expect(
      fixed(
        containerNameTaken,
        aCapture({ compose: stack('    container_name: web\n'), services }),
      ),
    ).toBe('advice');
  });
  test.each([['port is already allocated'], ['name web is in use'], ['']])(
    '%s is another matter',
    (text) => {
      const services = { web: { container: { state: 'created', error: text } } };
      expect(fixed(containerNameTaken, aCapture({ compose: stack(''), services }))).toBe('silent');
    },
  );
});
