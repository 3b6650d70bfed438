import swaggerUi from '@fastify/swagger-ui';
import type { FastifyReply } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { z } from 'zod';
import { docsPolicy } from '../http/origin-check.ts';
import type { App } from '../http/app-type.ts';
import type { DescribedRoute } from './document.ts';
import { codingFor, isKnown } from '../http/negotiate.ts';
import { sendNotModified } from '../http/send-json.ts';
import { compressText, type CompressedText } from './text.ts';
import { docsPrefix, policyOf } from '../http/route-policy.ts';
import { noQuery } from '../http/route-schema.ts';

/**
 * Serves OpenAPI 3.1, generated from the routes' schemas, at /openapi.json, and a page for it at /docs that loads nothing
 * from elsewhere. The first request generates the document, which is then kept compressed: until then it takes no memory.
 */
export async function registerOpenApi(app: App, version: string): Promise<void> {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith(docsPrefix)) return;
    const rule = policyOf(route);
    if (rule.page === true) return;
    const schema = (route.schema ?? {}) as DescribedRoute['schema'];
    routes.push({ methods: [route.method].flat(), url: route.url, rule, schema });
  });
  let made: Promise<CompressedText> | null = null;
  const document = (): Promise<CompressedText> => {
    made ??= describe(routes, version).catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };

  // the page reads /openapi.json; its plugin requires a document plugin, and would serve that one's document too
  await app.register(fastifyPlugin(async () => undefined, { name: '@fastify/swagger' }));
  await app.register(swaggerUi, {
    routePrefix: docsPrefix,
    staticCSP: docsPolicy,
    uiConfig: { url: '/openapi.json', validatorUrl: null, persistAuthorization: false },
    uiHooks: {
      onRequest: (request, reply, done) => {
        if (/^\/docs\/(json|yaml)(\?|$)/.test(request.url)) reply.redirect('/openapi.json', 301);
        else done();
      },
    },
  });
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: { rule: { scope: 'open' } },
    schema: {
      operationId: 'getOpenApi',
      tags: ['status'],
      summary: 'This description',
      querystring: noQuery,
      response: {
        200: z
          .looseObject({ openapi: z.literal('3.1.0') })
          .meta({ examples: [{ openapi: '3.1.0' }] }),
      },
    },
    handler: async (request, typedReply) => {
      const reply = typedReply as unknown as FastifyReply;
      const text = await document();
      const coding = codingFor(request.headers['accept-encoding']);
      const etag = text.etag(coding);
      reply.headers({ etag, vary: 'Accept-Encoding', 'cache-control': 'no-cache' });
      if (isKnown(request.headers['if-none-match'], etag)) return sendNotModified(reply);
      if (coding !== 'identity') reply.header('content-encoding', coding);
      reply.type('application/json; charset=utf-8');
      return reply.send(await text.bytes(coding)) as never;
    },
  });
}

/** The generator is loaded on the first request for the document. */
async function describe(routes: DescribedRoute[], version: string): Promise<CompressedText> {
  const { openApiDocument } = await import('./document.ts');
  return compressText(JSON.stringify(openApiDocument(routes, version)));
}
