import { describe, expect, test } from 'vitest';
import { readGatus } from '../../../domain/checks/read-gatus.ts';

const endpoint = { name: 'home', url: 'http://web/', conditions: ['[STATUS] == 200'] };

test('endpoints are taken by group, without what only schedules, alerts and shows', () => {
  const suites = readGatus('conf/gatus.yaml', {
    web: { port: 8080 },
    alerting: { slack: {} },
    endpoints: [
      { ...endpoint, interval: '30s', alerts: [{ type: 'slack' }], ui: { 'hide-url': true } },
      {
        ...endpoint,
        name: 'api',
        group: 'core api',
        method: 'POST',
        body: '{"price":"$$5"}',
        headers: { a: 'b' },
        client: { timeout: '3s', insecure: true },
      },
      { ...endpoint, name: 'off', enabled: false },
    ],
  });
  expect(suites).toEqual([
    {
      name: 'gatus',
      kind: 'group',
      checks: [{ where: 'conf/gatus.yaml: endpoints.0', source: endpoint }],
      problems: [],
    },
    {
      name: 'core-api',
      kind: 'group',
      checks: [
        {
          where: 'conf/gatus.yaml: endpoints.1',
          source: {
            ...endpoint,
            name: 'api',
            method: 'POST',
            body: '{"price":"$5"}',
            headers: { a: 'b' },
            timeout: '3s',
            insecure: true,
          },
        },
      ],
      problems: [],
    },
  ]);
});

test('a suite keeps its order, what it stores, and what runs always', () => {
  const create = { ...endpoint, store: { id: '[BODY].id' } };
  const remove = { ...endpoint, name: 'remove', 'always-run': true };
  const [suite] = readGatus('gatus.yaml', {
    suites: [{ name: 'orders', interval: '5m', endpoints: [create, remove] }],
  });
  expect(suite).toMatchObject({ name: 'orders', kind: 'suite', problems: [] });
  expect(suite!.checks.map(({ where, source }) => [where, source])).toEqual([
    ['gatus.yaml: suites.0.endpoints.0', create],
    ['gatus.yaml: suites.0.endpoints.1', remove],
  ]);
});

describe('what is not supported is refused with its name and its place', () => {
  const problemsOf = (content: unknown) =>
    readGatus('gatus.yaml', content)
      .flatMap(({ problems }) => problems)
      .join('\n');
  test.each<[string, unknown, string, string]>([
    ['dns', { endpoints: [{ ...endpoint, dns: {} }] }, 'endpoints.0', '`dns`'],
    ['graphql', { endpoints: [{ ...endpoint, graphql: true }] }, 'endpoints.0', '`graphql`'],
    [
      'a sign-in',
      { endpoints: [endpoint, { ...endpoint, client: { oauth2: {} } }] },
      'endpoints.1',
      '`client.oauth2`',
    ],
    [
      'endpoints that are pushed',
      { 'external-endpoints': [] },
      'gatus.yaml:',
      '`external-endpoints`',
    ],
    [
      'values of a suite',
      { suites: [{ name: 'a', context: {}, endpoints: [] }] },
      'suites.0',
      '`context`',
    ],
    [
      'a variable',
      { endpoints: [{ ...endpoint, headers: { auth: 'Bearer ${TOKEN}' } }] },
      'endpoints.0',
      '${TOKEN}',
    ],
    [
      'a random text',
      { endpoints: [{ ...endpoint, body: '[RANDOM_STRING_8]' }] },
      'endpoints.0',
      '`[RANDOM_STRING_8]`',
    ],
    ['an endpoint that is none', { endpoints: ['home'] }, 'endpoints.0', 'no endpoint'],
    ['an empty file', null, 'gatus.yaml', 'no `endpoints`'],
    ['a file without an endpoint', { endpoints: [] }, 'gatus.yaml', 'no endpoint'],
  ])('%s', (_, content, place, name) => {
    const problems = problemsOf(content);
    expect(problems).toContain(place);
    expect(problems).toContain(name);
  });
});
