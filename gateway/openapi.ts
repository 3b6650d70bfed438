import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { docsPolicy } from './boundary.ts';
import type { App } from './context.ts';
import { docsPrefix } from './route-rule.ts';
import { noQuery } from './route-schema.ts';

/** OpenAPI 3.1 from the routes' own schemas, at /openapi.json, and a page over it at /docs that loads nothing from elsewhere. */
export async function registerOpenApi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'VX11',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description:
          'Services of a Docker Compose stack come up in windows and go down at their deadline. ' +
          'Errors are application/problem+json (RFC 9457) with a stable code in `error`. ' +
          'X-Correlation-Id is taken over where it matches, made where not, and echoed.',
      },
      components: {
        securitySchemes: {
          token: { type: 'apiKey', in: 'header', name: 'X-VX11-Token' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ token: [] }, { bearer: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, {
    routePrefix: docsPrefix,
    staticCSP: docsPolicy,
    uiConfig: { url: '/openapi.json', validatorUrl: null, persistAuthorization: false },
  });
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: { rule: { scope: 'open' } },
    schema: {
      tags: ['status'],
      summary: 'This description',
      security: [],
      querystring: noQuery,
      response: {
        200: z
          .looseObject({ openapi: z.literal('3.1.0') })
          .meta({ examples: [{ openapi: '3.1.0' }] }),
      },
    },
    handler: async () => app.swagger() as never,
  });
}
