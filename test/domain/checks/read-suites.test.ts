import { describe, expect, test } from 'vitest';
import { readSuites } from '../../../domain/checks/read-suites.ts';
import { problemOf } from '../../../domain/checks/place-run.ts';
import { selectSuites } from '../../../domain/checks/select-suites.ts';

const service = (name: string, checks?: unknown[]) => ({
  name,
  checks,
  one_shot: false,
  has_healthcheck: false,
  implied: true,
});
const problemsOf = (check: unknown) =>
  readSuites({ services: [service('web', [check]), service('db')], suites: [] })[0]!.problems;

test('a check of a URL names its service, and has defaults', () => {
  const [web] = readSuites({
    services: [service('web', [{ name: 'health', url: 'http://db:8080/x' }]), service('db')],
    suites: [],
  });
  expect(web).toMatchObject({
    name: 'web',
    kind: 'service',
    services: ['web', 'db'],
    problems: [],
  });
  expect(web!.checks[0]).toMatchObject({
    kind: 'http',
    service: 'db',
    timeout_ms: 10_000,
    retries: 0,
    conditions: [{ source: '[STATUS] == 200' }],
  });
});

describe('a mistake is found when the check is read, and takes only its suite', () => {
  const url = 'http://web/';
  test.each<[string, unknown, string]>([
    ['an unknown field', { name: 'a', url, conditons: [] }, 'conditons'],
    ['no target', { name: 'a' }, 'either `url`, `exec` or `container`'],
    ['two targets', { name: 'a', url, container: 'web' }, 'either `url`, `exec` or `container`'],
    ['a command and a URL', { name: 'a', url, exec: 'true' }, 'either `url`, `exec` or'],
    ['a header for a command', { name: 'a', exec: 'true', headers: { a: 'b' } }, '`headers`'],
    [
      'a status of a command',
      { name: 'a', exec: 'true', conditions: ['[STATUS] == 1'] },
      '[STATUS]',
    ],
    ['a scheme that is not built', { name: 'a', url: 'ssh://web' }, 'none of http'],
    ['tcp without a port', { name: 'a', url: 'tcp://web' }, 'tcp://host:port'],
    ['three retries', { name: 'a', url, retries: 3 }, 'retries'],
    ['a wrong duration', { name: 'a', url, timeout: 'soon' }, 'timeout: "soon"'],
    ['a duration of hours', { name: 'a', url, timeout: '2h' }, 'timeout'],
    ['an unknown service', { name: 'a', container: 'nope' }, 'no service nope'],
    ['an unknown placeholder', { name: 'a', url, conditions: ['[STAT] == 1'] }, '[STAT]'],
    ['a missing dependency', { name: 'a', url, depends_on: ['b'] }, 'no earlier check b'],
    ['a stored value outside of a suite', { name: 'a', url, store: { id: '[BODY].id' } }, 'suite'],
    ['a value that nothing stores', { name: 'a', url: 'http://web/[CONTEXT].id' }, 'stores'],
    ['a body for a container', { name: 'a', container: 'web', body: 'x' }, '`body`'],
    ['a task and a URL', { name: 'a', url, task: 'print(1)' }, 'either `url`, `exec` or'],
    ['a task in two languages', { name: 'a', task: { python: '1', node: '1' } }, 'one language'],
    [
      'a task with a file elsewhere',
      { name: 'a', task: { node: '1', files: ['a/../../b'] } },
      'a/../../b',
    ],
    [
      'a task with a file of the host',
      { name: 'a', task: { node: '1', files: ['/etc/a'] } },
      '/etc/a',
    ],
    [
      'a task with the whole folder',
      { name: 'a', task: { node: '1', files: ['.'] } },
      'not a path',
    ],
    ['a task that is only files', { name: 'a', task: { files: ['a'] } }, 'one language'],
    ['a task in an unknown language', { name: 'a', task: { perl: '1' } }, 'task'],
    ['a task in a container', { name: 'a', task: '1', container: 'web' }, 'either `url`'],
    ['a description of files', { name: 'a', openapi: 'openapi.json' }, 'openapi: it is none of'],
    ['a method for a description', { name: 'a', openapi: url, method: 'POST' }, '`method`'],
    ['a header for Hurl', { name: 'a', hurl: 'a.hurl', headers: { a: 'b' } }, '`headers`'],
    ['a text', 'health', 'services.web.x-vx11.checks.0'],
  ])('%s', (_, check, problem) => expect(problemsOf(check).join()).toContain(problem));
});

test('a command runs in its own service, or in the one that is named; a line is for its shell', () => {
  const exec = { name: 'a', exec: ['pg_isready', { secret: 'pw' }] };
  const line = { name: 'b', exec: 'ls | wc -l', container: 'db' };
  const [web] = readSuites({ services: [service('web', [exec, line]), service('db')], suites: [] });
  expect(web).toMatchObject({ services: ['web', 'db'], problems: [] });
  expect(web!.checks).toMatchObject([
    { kind: 'exec', service: 'web', conditions: [{ source: '[EXIT_CODE] == 0' }] },
    { kind: 'exec', service: 'db' },
  ]);
  expect(web!.checks.map(({ command }) => command?.map(({ text }) => text))).toEqual([
    ['pg_isready', 'pw'],
    ['/bin/sh', '-c', 'ls | wc -l'],
  ]);
});

test('a task wakes the spawner, a description its service, and a file of Hurl the service of the check', () => {
  const checks = [
    { name: 'sums', task: 'assert 1 + 1 == 2' },
    { name: 'lines', task: { shell: 'wc -l' } },
    { name: 'smoke', openapi: 'http://api:8080/openapi.json' },
    { name: 'flows', hurl: ['flows/*.hurl'], timeout: '1m' },
  ];
  const [web] = readSuites({
    services: [service('web', checks), service('api'), service('spawner')],
    suites: [],
  });
  expect(web).toMatchObject({ problems: [], services: ['web', 'spawner', 'api'] });
  expect(web!.checks).toMatchObject([
    { kind: 'task', task: { language: 'python', code: 'assert 1 + 1 == 2' }, timeout_ms: 30_000 },
    { kind: 'task', task: { language: 'shell' } },
    { kind: 'openapi', service: 'api', conditions: [{}, { source: '[FAILED] == 0' }] },
    { kind: 'hurl', service: 'web', files: ['flows/*.hurl'], timeout_ms: 60_000 },
  ]);
});

test('a command of a suite has to say where it runs', () => {
  const suites = [{ name: 's', endpoints: [{ name: 'a', exec: 'true' }] }];
  expect(readSuites({ services: [service('web')], suites })[0]!.problems.join()).toContain(
    'needs `container`',
  );
});

test('imported checks stand beside those of the file, and a mistake names its place', () => {
  const check = { name: 'a', url: 'http://db/' };
  const imported = [
    {
      name: 'site',
      kind: 'group' as const,
      checks: [
        { where: 'gatus.yaml: endpoints.0', source: check },
        { where: 'gatus.yaml: endpoints.4', source: { ...check, name: 'b', url: 'icmp://db' } },
      ],
      problems: ['gatus.yaml: `external-endpoints` is not supported'],
    },
  ];
  const [site] = readSuites({ services: [service('db')], suites: [], imported });
  expect(site).toMatchObject({ name: 'site', kind: 'group', declared: true, services: ['db'] });
  expect(site!.problems).toEqual([
    expect.stringContaining('`external-endpoints`'),
    expect.stringContaining('gatus.yaml: endpoints.4 (b): url: "icmp://db" is none of'),
  ]);
});

test('a suite stores a value for its later checks, and knows what it wakes', () => {
  const [orders] = readSuites({
    services: [service('web'), service('db')],
    suites: [
      {
        name: 'orders',
        services: ['db'],
        endpoints: [
          { name: 'create', url: 'http://web/o', method: 'POST', store: { id: '[BODY].id' } },
          { name: 'read', url: 'http://web/o/[CONTEXT].id' },
        ],
      },
    ],
  });
  expect(orders).toMatchObject({ problems: [], services: ['db', 'web'], kind: 'suite' });
});

test.each<[string, object, string]>([
  [
    'an empty load',
    { name: 's', endpoints: [{ name: 'a', url: 'http://web' }], load: {} },
    'load.endpoint',
  ],
  ['no endpoint', { name: 's', endpoints: [] }, 'endpoints'],
  ['a service that is not there', { name: 's', services: ['x'], endpoints: [{}] }, 'no service x'],
  [
    'the name of everything',
    { name: 'all', endpoints: [{ name: 'a', url: 'http://web' }] },
    '`all`',
  ],
])('a suite with %s is refused', (_, suite, problem) =>
  expect(readSuites({ services: [service('web')], suites: [suite] })[0]!.problems.join()).toContain(
    problem,
  ),
);

test('a service without checks has the implied one: it stays up for 3 s', () => {
  const suites = readSuites({
    services: [
      { ...service('web'), has_healthcheck: true },
      { ...service('migrate'), one_shot: true },
      { ...service('redis'), implied: false },
    ],
    suites: [],
  });
  expect(suites.map(({ name, declared }) => [name, declared])).toEqual([
    ['web', false],
    ['migrate', false],
  ]);
  const [up, job] = suites.map(({ checks }) => checks[0]!);
  expect(up!.conditions.map(({ source }) => source)).toContain('[HEALTH] == healthy');
  expect(up!.for_ms).toBe(3000);
  // a job that others need is ready by its exit code 0
  expect(job!.conditions.map(({ source }) => source)).toContain('[EXIT_CODE] == 0');
});

describe('what a request selects', () => {
  const all = readSuites({
    services: [service('web', [{ name: 'a', url: 'http://web' }]), service('db')],
    suites: [{ name: 'orders', endpoints: [{ name: 'a', url: 'http://web' }] }],
  });
  const names = (ask: Parameters<typeof selectSuites>[1]) => {
    const selection = selectSuites(all, ask);
    return 'unknown' in selection ? problemOf(selection) : selection.suites.map(({ name }) => name);
  };
  test.each([
    [{}, ['orders', 'web']],
    [{ suite: 'all' }, ['orders', 'web']],
    [{ suite: 'db' }, ['db']],
    [{ services: ['db', 'web'] }, ['db', 'web']],
    [{ suite: 'web', services: ['all', 'web', 'db'] }, ['web', 'db']],
    [{ suite: 'order' }, 'There is no suite and no service order. Did you mean orders?'],
    [{ suite: 'zzzzzz' }, 'There is no suite and no service zzzzzz.'],
  ])('%o', (ask, expected) => expect(names(ask)).toEqual(expected));

  test('everything implied, where nothing is declared', () => {
    const bare = readSuites({ services: [service('web'), service('db')], suites: [] });
    expect(selectSuites(bare, {}).suites).toHaveLength(2);
    expect(selectSuites([], {})).toMatchObject({ suites: [] });
  });
});
