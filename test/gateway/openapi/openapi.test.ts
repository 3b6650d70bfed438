import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { errorCatalog } from '../../../contracts/errors.ts';
import { codingFor, isKnown } from '../../../gateway/http/negotiate.ts';
import { adminToken, startGateway, type Gateway } from '../fixture.ts';

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security?: Record<string, string[]>[];
  requestBody?: { required: boolean };
  responses: Record<string, { $ref?: string }>;
}
interface Description {
  servers: { url: string }[];
  /** Of operations that name none of their own. */
  security: Record<string, string[]>[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<'schemas' | 'responses' | 'parameters' | 'securitySchemes', object>;
}

let gateway: Gateway;
let body: Buffer;
let description: Description;
const ask = (headers: Record<string, string> = {}) =>
  gateway.inject({ url: '/openapi.json', headers });
const operations = (): [string, Operation][] =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]): [string, Operation] => [`${method} ${path}`, one]),
  );

beforeAll(async () => {
  gateway = await startGateway();
  body = (await ask()).rawPayload;
  description = JSON.parse(body.toString()) as Description;
});
afterAll(() => gateway.close());

describe('the description', () => {
  test('is at most 2.75 KB for each operation, and 0.37 KB compressed', async () => {
    const count = operations().length;
    expect(body.length / count).toBeLessThanOrEqual(2.75 * 1024);
    for (const coding of ['gzip', 'br']) {
      const { rawPayload } = await ask({ 'accept-encoding': coding });
      expect(rawPayload.length / count, coding).toBeLessThanOrEqual(0.37 * 1024);
    }
  });

  test('passes every rule of a linter, its examples among them', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vx11-openapi-'));
    try {
      const file = join(folder, 'openapi.json');
      await writeFile(file, body);
      const cli = createRequire(import.meta.url).resolve('@redocly/cli/bin/cli.js');
      const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
      const args = [cli, 'lint', '--extends', 'recommended-strict', '--format', 'json', file];
      const { stdout } = await promisify(execFile)(process.execPath, args, {
        cwd: folder,
        env: { ...process.env, ...quiet },
      });
      expect(JSON.parse(stdout)).toMatchObject({ totals: { errors: 0, warnings: 0 } });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('refers only to existing components, and has no unused one', () => {
    const references = [...body.toString().matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, at]) => at!);
    expect(references.length).toBeGreaterThan(500);
    for (const reference of references) {
      const found = reference
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], description);
      expect(found, reference).toBeDefined();
    }
    const used = new Set(references);
    for (const kind of ['schemas', 'responses', 'parameters'] as const) {
      for (const name of Object.keys(description.components[kind])) {
        expect(used, name).toContain(`components/${kind}/${name}`);
      }
    }
  });

  test('has one server: the gateway that serves it', () => {
    expect(description.servers.map(({ url }) => url)).toEqual(['/']);
  });

  test('describes every problem once, with its codes', () => {
    const text = body.toString();
    expect(text.split('"application/problem+json"')).toHaveLength(
      Object.keys(description.components.responses).length + 1,
    );
    const responses = JSON.stringify(description.components.responses);
    const elsewhere = new Set([405, 408, 414, 431]);
    for (const [code, { status }] of Object.entries(errorCatalog)) {
      if (!elsewhere.has(status)) expect(responses, code).toContain(`${code}: `);
    }
  });
});

describe('every operation', () => {
  test('has a unique id in camel case, a summary, and a tag that is described', () => {
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const known = new Set(description.tags.map(({ name }) => name));
    for (const [name, { operationId, summary, tags }] of operations()) {
      expect(operationId, name).toMatch(/^[a-z]+([A-Z][a-z0-9]*)*$/);
      expect(summary, name).toBeTruthy();
      expect(tags, name).toHaveLength(1);
      expect(known, name).toContain(tags[0]);
    }
    for (const { name, description: text } of description.tags) expect(text, name).toBeTruthy();
  });

  test('says which scope it takes, or that it takes no token', () => {
    for (const [name, { security = description.security, responses }] of operations()) {
      const isOpen = /^(get|head) \/(health|openapi\.json|problems\/\{code\})$/.test(name);
      if (isOpen) expect(security, name).toEqual([]);
      else {
        const [{ token } = { token: [] }] = security;
        expect(token?.[0], name).toMatch(/^(viewer|agent|operator|admin)$/);
        const other = name === 'post /vx11/session' ? {} : { cookie: token, proof: token };
        expect(security, name).toEqual([{ token }, { bearer: token }, other]);
      }
      expect('401' in responses, name).toBe(!isOpen);
    }
  });
});

const noRoute = ['routing-beliefs.ts'];

test('every schema that contracts/ exports and an answer or a body uses is one component', async () => {
  const folder = join(import.meta.dirname, '../../../contracts');
  const { namedSchemas } = await import('../../../gateway/openapi/components.ts');
  const named = namedSchemas();
  const schemas = new Set<unknown>(named.values());
  // settings, compose files and answers of models are described elsewhere; no route uses beliefs
  const apart = new Set([
    'env.ts',
    'compose.ts',
    'notice-channel.ts',
    'repair-answer.ts',
    'wake.ts',
    ...noRoute,
  ]);
  for (const file of await readdir(folder)) {
    if (apart.has(file)) continue;
    const exports = (await import(join(folder, file))) as Record<string, unknown>;
    for (const [name, schema] of Object.entries(exports)) {
      if (schema instanceof z.ZodType) expect(schemas.has(schema), `${file} ${name}`).toBe(true);
    }
  }
  // a component is never inlined: each is an object that its fields identify
  const fieldsOf = (schema: unknown): string | null => {
    const { properties } = schema as { properties?: object };
    return properties === undefined ? null : JSON.stringify(properties);
  };
  const text = body.toString();
  for (const [name, schema] of Object.entries(description.components.schemas)) {
    const fields = fieldsOf(schema);
    if (fields === null || fields.length < 40) continue;
    expect(text.split(`"properties":${fields}`).length - 1, name).toBe(1);
  }
});

describe('a body', () => {
  const ids: Record<string, string> = {
    window_id: 'window-00000000deadbeef',
    plan_id: 'plan-00000000deadbeef',
    spawn_id: 'spawn-00000000deadbeef',
    token_id: 'token-00000000deadbeef',
    name: 'redis',
  };
  const send = (operation: string, payload: string | undefined, type?: string) => {
    const [method, path] = operation.split(' ') as [string, string];
    return gateway.inject({
      method: method.toUpperCase(),
      url: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'some'),
      headers: {
        'x-vx11-token': adminToken,
        ...(type !== undefined && { 'content-type': type }),
      },
      ...(payload !== undefined && { payload }),
    });
  };

  test('is required where the description says so, and nowhere else', async () => {
    const withBody = operations().filter(([, { requestBody }]) => requestBody !== undefined);
    expect(withBody.length).toBeGreaterThan(20);
    for (const [operation, { requestBody }] of withBody) {
      const missing = await send(operation, undefined);
      const emptyText = await send(operation, '', 'application/json');
      const emptyObject = await send(operation, '{}', 'application/json');
      const otherType = await send(operation, 'a=1', 'application/x-www-form-urlencoded');
      if (requestBody!.required) {
        expect([400, 415, 422], `${operation} without a body`).toContain(missing.statusCode);
        expect([400, 422], `${operation} with an empty body`).toContain(emptyText.statusCode);
      } else {
        expect(missing.statusCode, `${operation} without a body`).toBe(emptyObject.statusCode);
      }
      expect([400, 415], `${operation} of another type`).toContain(otherType.statusCode);
    }
  });
});

describe('the text', () => {
  test('is sent in a coding that the caller accepts, with its own ETag, and is 304 for a caller that has it', async () => {
    const plain = await ask();
    const br = await ask({ 'accept-encoding': 'gzip, deflate, br' });
    const gzip = await ask({ 'accept-encoding': 'br;q=0, gzip' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(br.headers['content-encoding']).toBe('br');
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(brotliDecompressSync(br.rawPayload)).toEqual(plain.rawPayload);
    expect(gunzipSync(gzip.rawPayload)).toEqual(plain.rawPayload);
    const etags = [plain, br, gzip].map(({ headers }) => String(headers['etag']));
    expect(new Set(etags).size).toBe(3);
    for (const { headers } of [plain, br, gzip]) expect(headers['vary']).toBe('Accept-Encoding');

    const again = await ask({ 'accept-encoding': 'br', 'if-none-match': `"other", W/${etags[1]}` });
    expect(again).toMatchObject({ statusCode: 304, body: '' });
    expect(again.headers['etag']).toBe(etags[1]);
    const changed = await ask({ 'accept-encoding': 'br', 'if-none-match': etags[2]! });
    expect(changed.statusCode).toBe(200);
  });

  test.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['identity', 'identity'],
    ['*', 'br'],
    ['gzip', 'gzip'],
    ['GZIP;Q=0.5, br;q=0.4', 'gzip'],
    ['br;q=0, *;q=0.1', 'gzip'],
    ['deflate, zstd', 'identity'],
    ['br;q=nonsense', 'identity'],
  ])('accept-encoding %s is answered as %s', (accept, coding) => {
    expect(codingFor(accept)).toBe(coding);
  });

  test('an ETag is found in a list, and * means any', () => {
    expect(isKnown('"a", "b"', '"b"')).toBe(true);
    expect(isKnown('*', '"b"')).toBe(true);
    expect(isKnown(undefined, '"b"')).toBe(false);
  });

  test('is where the addresses beside the page at /docs redirect to', async () => {
    for (const url of ['/docs/json', '/docs/yaml']) {
      const { statusCode, headers } = await gateway.inject({ url });
      expect({ statusCode, location: headers['location'] }).toEqual({
        statusCode: 301,
        location: '/openapi.json',
      });
    }
  });
});
