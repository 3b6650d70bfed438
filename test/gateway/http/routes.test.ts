import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TokenScope } from '../../../contracts/token.ts';
import { includes } from '../../../gateway/http/route-policy.ts';
import { rights } from './rights.ts';
import { adminToken, seedStack, startGateway, type Gateway } from '../fixture.ts';

interface Media {
  schema: Record<string, unknown>;
  example?: unknown;
  examples?: unknown;
}
interface Operation {
  summary?: string;
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}
interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Record<string, unknown>> };
}

let gateway: Gateway;
let document: OpenApi;
/** A schema, or the component that it refers to. */
const schemaAt = (schema: Record<string, unknown>): Record<string, unknown> =>
  typeof schema['$ref'] === 'string'
    ? document.components.schemas[schema['$ref'].split('/').at(-1)!]!
    : schema;
const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );

beforeAll(async () => {
  gateway = await startGateway();
  await seedStack(gateway.store);
  document = (await gateway.inject({ url: '/openapi.json' })).json<OpenApi>();
});
afterAll(() => gateway.close());

describe('every route', () => {
  test('is in the OpenAPI document, and in the list of rights', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(
      operations()
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(Object.keys(rights).toSorted());
  });

  test('has a summary, a described answer with an example, and problems', () => {
    for (const [name, { summary, responses }] of operations()) {
      expect(summary, name).toBeTruthy();
      const good = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
      const media = Object.values(good?.content ?? {})[0];
      expect(media?.example ?? media?.examples, name).toBeDefined();
      expect(responses['400'], name).toEqual({ $ref: '#/components/responses/BadRequest' });
    }
  });

  test('that takes a body has an example of it, and refuses unknown fields', () => {
    for (const [name, { requestBody }] of operations()) {
      if (!/^(POST|PUT)/.test(name)) continue;
      if (requestBody?.content['application/octet-stream'] !== undefined) continue;
      const media = requestBody?.content['application/json'];
      const schema = schemaAt(media!.schema);
      // clients of OpenAI send fields that only their targets know
      const loose = name.startsWith('POST /v1/');
      const additionalProperties = loose ? {} : false;
      expect(schema, name).toMatchObject({ type: 'object', additionalProperties });
      expect(media?.example, name).toBeDefined();
    }
  });

  test('that streams a chat describes its events beside the plain answer', () => {
    for (const path of ['/madre/chat', '/madre/v3/chat']) {
      const { content = {} } = document.paths[path]!['post']!.responses['200']!;
      expect(Object.keys(content)).toEqual(['application/json', 'text/event-stream']);
      const { schema } = content['text/event-stream']!;
      const kinds = schema['anyOf'] as { description: string; $ref: string }[];
      expect(kinds.map(({ description }) => /^event: (\w+)/.exec(description)?.[1])).toEqual([
        'text',
        'step',
        'answer',
        'error',
      ]);
      expect(kinds[2]!.$ref).toBe(content['application/json']!.schema['$ref']);
      expect(Object.keys(content['text/event-stream']!.examples as object)).toHaveLength(3);
    }
  });

  test('without a rule does not start', async () => {
    const { policyOf: ruleOf } = await import('../../../gateway/http/route-policy.ts');
    expect(() => ruleOf({ url: '/open-by-accident' })).toThrow('declares no rule');
  });
});

describe('the rights matrix', () => {
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    const now = Date.now();
    for (const scope of ['viewer', 'agent', 'operator', 'admin'] as const) {
      tokens[scope] = await gateway.token(scope);
      tokens[`expired ${scope}`] = await gateway.token(scope, { expires_at: now - 1 });
      tokens[`revoked ${scope}`] = await gateway.token(scope, { revoked_at: now - 1 });
    }
    tokens['bad'] = 'vx11_0123456789abcdef_' + 'A'.repeat(43);
  });

  test.each(Object.entries(rights))('%s takes %s', async (name, needed) => {
    const [method, path] = name.split(' ') as ['GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE', string];
    // an id that no schema takes: a caller with sufficient rights gets 422 (or the answer of a read), and nothing is done
    const url = path.replace('{code}', 'no_room').replace(/\{\w+\}/, '~');
    const hasBody = method === 'POST' || method === 'PUT';
    const ask = (headers: Record<string, string>) =>
      gateway.inject({
        method,
        url: name === 'GET /vx11/events' ? `${url}?since=x` : url,
        headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
        ...(hasBody && { payload: '{"nobody_knows_this":1}' }),
      });
    const codeOf = async (headers: Record<string, string>): Promise<string> => {
      const { statusCode, headers: sent, body } = await ask(headers);
      if (path.startsWith('/v1/') && statusCode !== 200) {
        const { code } = (JSON.parse(body) as { error: { code: string } }).error;
        if (code === 'invalid_api_key')
          return 'x-vx11-token' in headers ? 'forbidden' : 'auth_required';
        return code === 'permission_denied' ? 'scope' : 'invalid';
      }
      if (!String(sent['content-type']).includes('problem')) return String(statusCode);
      // an answer to HEAD has no body
      if (method === 'HEAD')
        return { 401: 'auth_required', 403: 'forbidden' }[statusCode] ?? 'invalid';
      return (JSON.parse(body) as { error: string }).error;
    };
    const without = await codeOf({});
    if (needed === 'open') {
      expect(without).toBe('200');
      return;
    }
    // takes the code of a link in place of a token
    expect(without).toBe(name === 'POST /vx11/session' ? 'invalid' : 'auth_required');
    for (const [who, token] of Object.entries(tokens)) {
      const code = await codeOf({ 'x-vx11-token': token });
      if (/bad|expired|revoked/.test(who)) expect(code, who).toBe('forbidden');
      else if (includes(who as TokenScope, needed)) {
        // session_required: a token has no session to end; bad_request: /ws without an upgrade
        const refusals = ['invalid', 'bad_event_id', 'session_required', 'bad_request'];
        expect([...refusals, '200'], `${who}: ${code}`).toContain(code);
      } else expect(code, who).toBe('scope');
    }
    expect(await codeOf({ authorization: `Bearer ${adminToken}` })).not.toMatch(/forbidden|scope/);
  });
});

test('every answer carries the security headers and a correlation id', async () => {
  for (const url of ['/health', '/vx11/status', '/nope', '/docs/', '/openapi.json']) {
    const { headers } = await gateway.inject({ url });
    expect(headers['content-security-policy'], url).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options'], url).toBe('nosniff');
    // public answers may be cached, if the cache revalidates them
    const isPublic = url === '/openapi.json';
    expect(headers['cache-control'], url).toBe(isPublic ? 'no-cache' : 'no-store');
    expect(headers['cross-origin-resource-policy'], url).toBe('same-origin');
    expect(headers['x-correlation-id'], url).toBeTruthy();
  }
});

test('the page at /docs loads only files of this gateway', async () => {
  const page = await gateway.inject({ url: '/docs/' });
  expect(page.headers['referrer-policy']).toBe('no-referrer');
  expect(page.headers['cross-origin-opener-policy']).toBe('same-origin');
  const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
  expect(sources.length).toBeGreaterThan(3);
  for (const source of sources) {
    expect(source).toMatch(/^\.\/static\//);
    const file = await gateway.inject({ url: `/docs/${source.slice(2)}` });
    expect(file.statusCode, source).toBe(200);
  }
});
