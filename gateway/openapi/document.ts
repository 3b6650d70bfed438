import type { z } from 'zod';
import { sessionCookie } from '../http/caller.ts';
import type { RoutePolicy } from '../http/route-policy.ts';
import { idempotencyHeaders } from '../http/route-schema.ts';
import { jsonSchemas, referencesIn, type JsonSchema } from './components.ts';
import { errorResponses, problemsOf } from './errors.ts';
import { tags } from './tags.ts';

/** A response of a route: its schema alone, or one for each content type. */
type ResponseOf =
  z.ZodType | { description?: string; content: Record<string, { schema: z.ZodType }> };

/** A registered route. */
export interface DescribedRoute {
  methods: string[];
  url: string;
  rule: RoutePolicy;
  schema: {
    operationId?: string;
    tags?: readonly string[];
    summary?: string;
    description?: string;
    params?: z.ZodType;
    querystring?: z.ZodType;
    headers?: z.ZodType;
    body?: z.ZodType;
    response?: Record<string, ResponseOf>;
  };
}

/** Converts all zod schemas of one side to JSON Schemas at once; each is then looked up. */
type Lookup = (schema: z.ZodType) => JsonSchema;

const changes = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

/** The OpenAPI 3.1 document. Throws for a route without an id or a known tag. */
export function openApiDocument(routes: readonly DescribedRoute[], version: string): JsonSchema {
  const requests = routes.flatMap(({ schema: { params, querystring, headers, body } }) =>
    [params, querystring, headers, body].filter((part) => part !== undefined),
  );
  const responses = routes.flatMap(({ schema }) =>
    Object.values(schema.response ?? {}).flatMap(schemasOf),
  );
  const sent = jsonSchemas(requests, 'input');
  const answered = jsonSchemas(responses, 'output');
  const lookup =
    (schemas: readonly z.ZodType[], made: readonly JsonSchema[]): Lookup =>
    (schema) =>
      made[schemas.indexOf(schema)]!;
  const request = lookup(requests, sent.own);
  const response = lookup(responses, answered.own);

  const paths: Record<string, JsonSchema> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:([a-z_]+)/g, '{$1}').replace(/\*$/, '{path}');
    for (const method of route.methods) {
      paths[path] ??= {};
      paths[path][method.toLowerCase()] = operationOf(route, method, request, response);
    }
  }
  const components = {
    responses: errorResponses(),
    parameters: { IdempotencyKey: parametersOf('header', request(idempotencyHeaders))[0] },
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'VX11',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Services of a Docker Compose stack come up in windows and go down at their deadline. ' +
        'Errors are application/problem+json (RFC 9457): `error` is a stable code, `type` the path of a page about it. Any address ' +
        'may answer 405, 408, 414 and 431. An X-Correlation-Id that matches is echoed; otherwise one is made.',
    },
    servers: [{ url: '/', description: 'The gateway that serves this description' }],
    security: securityOf(usualRule),
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes,
      ...components,
      schemas: usedSchemas([paths, components], sent.components, answered.components),
    },
  };
}

const scopes =
  'Each operation names the least scope that it takes: viewer, operator or admin. Each includes those before it.';
const securitySchemes = {
  token: { type: 'apiKey', in: 'header', name: 'X-VX11-Token', description: scopes },
  bearer: { type: 'http', scheme: 'bearer', description: 'The same token.' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
    description: 'Half of the session of a browser; only valid with its proof.',
  },
  proof: { type: 'apiKey', in: 'header', name: 'X-VX11-Session', description: 'The other half.' },
};

function schemasOf(response: ResponseOf): z.ZodType[] {
  if (!('content' in response)) return [response];
  return Object.values(response.content).map(({ schema }) => schema);
}

/** The used components, by name. Throws if one differs between requests and answers. */
function usedSchemas(
  parts: unknown,
  sent: Map<string, JsonSchema>,
  answered: Map<string, JsonSchema>,
): Record<string, JsonSchema> {
  const used: Record<string, JsonSchema> = {};
  const add = (part: unknown): void => {
    for (const name of referencesIn(part)) {
      if (name in used) continue;
      const schema = answered.get(name);
      if (schema === undefined || JSON.stringify(schema) !== JSON.stringify(sent.get(name))) {
        throw new Error(`${name} is not one schema for requests and answers`);
      }
      used[name] = schema;
      add(schema);
    }
  };
  add(parts);
  return Object.fromEntries(Object.entries(used).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function operationOf(
  { schema, rule, url, methods }: DescribedRoute,
  method: string,
  request: Lookup,
  response: Lookup,
): JsonSchema {
  const { operationId, tags: named = [], summary, description } = schema;
  if (operationId === undefined) throw new Error(`${method} ${url} has no operationId`);
  if (named.length === 0 || named.some((tag) => !(tag in tags))) {
    throw new Error(`${method} ${url} has no tag of openapi/tags.ts`);
  }
  const isFirst = method === methods[0];
  const open = rule.scope === 'open';
  const parameters = [
    ...(schema.params === undefined ? [] : parametersOf('path', request(schema.params))),
    ...(schema.querystring === undefined ? [] : parametersOf('query', request(schema.querystring))),
    ...(schema.headers === idempotencyHeaders
      ? [{ $ref: '#/components/parameters/IdempotencyKey' }]
      : []),
  ];
  const asked = {
    open,
    changes: changes(method),
    hasBody: schema.body !== undefined || rule.takesBytes === true,
    hasParams: schema.params !== undefined,
  };
  return {
    operationId: isFirst ? operationId : operationId.replace(/^get/, method.toLowerCase()),
    tags: named,
    summary,
    ...(description !== undefined && { description }),
    ...securityUnlessUsual(rule),
    ...(parameters.length > 0 && { parameters }),
    ...(rule.takesBytes === true && {
      requestBody: { required: true, content: { 'application/octet-stream': {} } },
    }),
    ...(schema.body !== undefined && {
      requestBody: {
        required: rule.bodyOptional !== true,
        content: { 'application/json': mediaOf(request(schema.body)) },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(schema.response ?? {}).map(([status, good]) => [
          status,
          goodResponse(status, good, response),
        ]),
      ),
      ...problemsOf(asked),
    },
  };
}

/** The rule of half of the operations, which do not repeat it. */
const usualRule = { scope: 'viewer' } as const;

function securityUnlessUsual(rule: RoutePolicy): { security?: Record<string, string[]>[] } {
  if (rule.scope === 'open') return { security: [] };
  if (rule.scope === usualRule.scope && rule.withoutToken !== true) return {};
  return { security: securityOf(rule) };
}

/** The ways to show who calls, each of which suffices; an empty one stands for none. */
function securityOf({ scope, withoutToken = false }: RoutePolicy): Record<string, string[]>[] {
  const token = [{ token: [scope] }, { bearer: [scope] }];
  return withoutToken ? [...token, {}] : [...token, { cookie: [scope], proof: [scope] }];
}

const meanings: Record<string, string> = {
  200: 'Done',
  201: 'Made',
  202: 'Started; continues after this answer',
};

function goodResponse(status: string, good: ResponseOf, response: Lookup): JsonSchema {
  const isPlain = !('content' in good);
  const content = isPlain ? { 'application/json': { schema: good } } : good.content;
  return {
    description: (isPlain ? undefined : good.description) ?? meanings[status] ?? 'Done',
    content: Object.fromEntries(
      Object.entries(content).map(([type, { schema }]) => [type, mediaOf(response(schema))]),
    ),
  };
}

/** A schema with its examples beside it, as OpenAPI requires. */
function mediaOf({ examples, ...schema }: JsonSchema): JsonSchema {
  if (!Array.isArray(examples) || examples.length === 0) return { schema };
  if (examples.length === 1) return { schema, example: examples[0] as unknown };
  const named = examples.map((value: unknown, index) => [`example${index + 1}`, { value }]);
  return { schema, examples: Object.fromEntries(named) as JsonSchema };
}

function parametersOf(place: 'path' | 'query' | 'header', schema: JsonSchema): JsonSchema[] {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = (schema['required'] ?? []) as string[];
  return Object.entries(properties).map(([name, { description, examples, ...rest }]) => ({
    name: place === 'header' ? 'Idempotency-Key' : name === '*' ? 'path' : name,
    in: place,
    ...(required.includes(name) && { required: true }),
    ...(description !== undefined && { description }),
    schema: rest,
    ...(Array.isArray(examples) && { example: examples[0] as unknown }),
  }));
}
