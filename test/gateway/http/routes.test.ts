import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TokenScope } from '../../../contracts/token.ts';
import { includes } from '../../../gateway/http/route-policy.ts';
import { adminToken, seedStack, startGateway, type Gateway } from '../fixture.ts';

/** Every route and the least scope that it takes: adding one means adding it here. */
const rights: Record<string, TokenScope | 'open'> = {
  'GET /health': 'open',
  'HEAD /health': 'open',
  'GET /openapi.json': 'open',
  'GET /problems/{code}': 'open',
  'GET /metrics': 'viewer',
  'GET /vx11/status': 'viewer',
  'GET /vx11/events': 'viewer',
  'GET /vx11/windows': 'viewer',
  'GET /vx11/windows/{window_id}': 'viewer',
  'GET /vx11/window/status/{target}': 'viewer',
  'POST /vx11/window/open': 'operator',
  'POST /vx11/window/extend': 'operator',
  'POST /vx11/window/close': 'operator',
  'POST /vx11/spawn': 'operator',
  'DELETE /vx11/spawn/{spawn_id}': 'operator',
  'GET /vx11/spawns': 'viewer',
  'GET /vx11/spawn/{spawn_id}/logs': 'viewer',
  'GET /vx11/spawn/{spawn_id}/artifacts/{path}': 'viewer',
  'POST /spawn': 'operator',
  'GET /spawn/list': 'viewer',
  'GET /spawn/{spawn_id}/status': 'viewer',
  'GET /vx11/tokens': 'admin',
  'POST /vx11/tokens': 'admin',
  'DELETE /vx11/tokens/{token_id}': 'admin',
  'POST /madre/chat': 'operator',
  'POST /madre/v3/chat': 'operator',
  'POST /madre/control': 'operator',
  'GET /madre/status': 'viewer',
  'GET /madre/plans': 'viewer',
  'GET /madre/plans/{plan_id}': 'viewer',
  'POST /madre/plans/{plan_id}/confirm': 'operator',
  'POST /madre/plans/{plan_id}/token': 'operator',
  'POST /madre/plans/{plan_id}/reject': 'operator',
  'POST /madre/plans/{plan_id}/cancel': 'operator',
  'POST /vx11/intent': 'operator',
  'GET /vx11/result/{id}': 'viewer',
  'POST /operator/chat': 'operator',
  'POST /operator/chat/ask': 'operator',
  'GET /operator/session/{session_id}': 'viewer',
  'GET /operator/status': 'viewer',
  'GET /operator/power/state': 'viewer',
  'GET /operator/power/window/status': 'viewer',
  'POST /operator/power/window/open': 'operator',
  'POST /operator/power/window/close': 'operator',
  'POST /operator/power/service/{name}/start': 'operator',
  'POST /operator/power/service/{name}/stop': 'operator',
  'POST /operator/power/service/{name}/restart': 'operator',
  'GET /operator/power/policy/solo_madre/status': 'viewer',
  'POST /operator/power/policy/solo_madre/apply': 'operator',
  'POST /madre/v3/autonomous/start': 'admin',
  'POST /madre/v3/autonomous/stop': 'operator',
  'GET /madre/v3/autonomous/status': 'viewer',
  'GET /madre/v3/autonomous/decisions': 'viewer',
  'POST /madre/intent': 'operator',
  'POST /madre/callback/spawn': 'operator',
  'GET /madre/reports': 'viewer',
  'GET /madre/rails/lanes': 'admin',
  'PUT /madre/rails/lanes/{lane_id}': 'admin',
  'DELETE /madre/rails/lanes/{lane_id}': 'admin',
  'GET /madre/rails/events': 'admin',
  'GET /vx11/audit/verify': 'admin',
  'GET /vx11/audit/export': 'admin',
};

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
/** A schema, or the component that it names. */
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
  test('is in the description, and in the list of rights', () => {
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

  test('that takes a body has an example of it, and refuses what it does not know', () => {
    for (const [name, { requestBody }] of operations()) {
      if (!/^(POST|PUT)/.test(name)) continue;
      const media = requestBody?.content['application/json'];
      const schema = schemaAt(media!.schema);
      expect(schema, name).toMatchObject({ type: 'object', additionalProperties: false });
      expect(media?.example, name).toBeDefined();
    }
  });

  test('that talks describes its answer by events beside the plain one', () => {
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

  test('is named in a test of the gateway', async () => {
    const folder = join(import.meta.dirname, '..');
    const files = (await readdir(folder, { recursive: true })).filter(
      (file) => file.endsWith('.test.ts') && !file.endsWith('routes.test.ts'),
    );
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    const all = [...texts, '/openapi.json is read above'].join('\n');
    for (const name of Object.keys(rights)) {
      const path = name.split(' ')[1]!.split('{')[0]!;
      expect(all.includes(path), `${name} is exercised`).toBe(true);
    }
  });
});

describe('the rights matrix', () => {
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    const now = Date.now();
    for (const scope of ['viewer', 'operator', 'admin'] as const) {
      tokens[scope] = await gateway.token(scope);
      tokens[`expired ${scope}`] = await gateway.token(scope, { expires_at: now - 1 });
      tokens[`revoked ${scope}`] = await gateway.token(scope, { revoked_at: now - 1 });
    }
    tokens['bad'] = 'vx11_0123456789abcdef_' + 'A'.repeat(43);
  });

  test.each(Object.entries(rights))('%s takes %s', async (name, needed) => {
    const [method, path] = name.split(' ') as ['GET' | 'POST' | 'PUT' | 'DELETE', string];
    // an id that no schema takes: whoever gets past the guard is told 422 (or what a read answers), never acts
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
      if (!String(sent['content-type']).includes('problem')) return String(statusCode);
      return (JSON.parse(body) as { error: string }).error;
    };
    const without = await codeOf({});
    if (needed === 'open') {
      expect(without).toBe('200');
      return;
    }
    expect(without).toBe('auth_required');
    for (const [who, token] of Object.entries(tokens)) {
      const code = await codeOf({ 'x-vx11-token': token });
      if (/bad|expired|revoked/.test(who)) expect(code, who).toBe('forbidden');
      else if (includes(who as TokenScope, needed)) {
        expect(['invalid', 'bad_event_id', '200'], `${who}: ${code}`).toContain(code);
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
    // what everybody may read is kept by who asks whether it has changed
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
