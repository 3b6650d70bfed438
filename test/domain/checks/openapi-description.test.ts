import { describe, expect, test } from 'vitest';
import { readDescription } from '../../../domain/checks/openapi-description.ts';
import { documentedAnswer } from '../../../domain/checks/documented-answer.ts';

const json = { 'application/json': { schema: { type: 'object' } } };
const get = (responses: object = { 200: { description: 'ok', content: json } }, more = {}) => ({
  get: { responses, ...more },
});
const described = (paths: object, more: object = {}) => ({ openapi: '3.1.0', paths, ...more });
const pathsOf = (document: unknown) =>
  readDescription(document)?.operations.map(({ path }) => path);

describe('what is sent', () => {
  test.each<[string, object, string[]]>([
    ['a GET', { '/health': get() }, ['/health']],
    ['no other method', { '/orders': { post: {}, delete: {}, put: {}, patch: {} } }, []],
    ['no GET with a parameter in its path', { '/orders/{id}': get() }, []],
    [
      'no GET that needs a parameter',
      { '/find': get(undefined, { parameters: [{ name: 'q', in: 'query', required: true }] }) },
      [],
    ],
    [
      'a GET whose parameters may be left out',
      { '/list': get(undefined, { parameters: [{ name: 'limit', in: 'query' }] }) },
      ['/list'],
    ],
    [
      'no GET whose path needs a header',
      { '/mine': { ...get(), parameters: [{ $ref: '#/components/parameters/key' }] } },
      [],
    ],
  ])('%s', (_, paths, expected) => {
    const parameters = { key: { name: 'key', in: 'header', required: true } };
    expect(pathsOf(described(paths, { components: { parameters } }))).toEqual(expected);
  });
  test.each([
    ['/v1', '/v1/health'],
    ['https://shop.example/api/', '/api/health'],
    ['{scheme}://{host}/{version}', '/v2/health'],
    ['https://shop.example', '/health'],
  ])('has the path of the server %s, and not its host', (url, path) => {
    const variables = {
      scheme: { default: 'https' },
      host: { default: 'shop.example' },
      version: { default: 'v2' },
    };
    const servers = [{ url, variables }];
    expect(pathsOf(described({ '/health': get() }, { servers }))).toEqual([path]);
  });
});

test.each([null, 'text', {}, { swagger: '2.0', paths: {} }, { openapi: '3.1.0' }])(
  'what is no description of OpenAPI 3 is not read: %j',
  (document) => expect(readDescription(document)).toBeNull(),
);

describe('what is documented', () => {
  const document = described(
    {
      '/health': get({
        200: { content: { 'application/json; charset=utf-8': { schema: {} }, 'text/*': {} } },
        '5XX': { $ref: '#/components/responses/broken' },
      }),
      '/any': get({ default: { description: 'anything' } }),
    },
    { components: { responses: { broken: { content: json } } } },
  );
  const [health, any] = readDescription(document)!.operations;
  test.each<[number, string, string | null, string | null]>([
    [
      200,
      'application/json',
      '/paths/~1health/get/responses/200/content/application~1json%3B%20charset%3Dutf-8/schema',
      null,
    ],
    [200, 'text/html', null, null],
    [200, 'image/png', null, 'image/png is not documented'],
    [200, '', null, 'no content type is not documented'],
    [404, 'application/json', null, 'status 404 is not documented (200, 5XX)'],
    [
      503,
      'application/json',
      '/components/responses/broken/content/application~1json/schema',
      null,
    ],
  ])('a %d with %j', (status, type, schema, problem) => {
    const found = documentedAnswer(health!, status, type);
    expect(found.schema).toBe(schema);
    if (problem === null) expect(found.problem).toBeNull();
    else expect(found.problem).toContain(problem);
  });
  test('any status, if there is a default', () =>
    expect(documentedAnswer(any!, 418, 'text/html')).toEqual({ schema: null, problem: null }));
});
