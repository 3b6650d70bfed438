import { z } from 'zod';
import { errorAdvice } from '../../contracts/error-advice.ts';
import { errorCatalog, VX11Error, type ErrorCode } from '../../contracts/errors.ts';
import type { App } from '../http/app-type.ts';
import { acceptsJson } from '../http/negotiate.ts';
import { escaped, plainPage } from './plain-page.ts';
import { problemPath } from '../http/problem.ts';
import { noQuery, problemPage } from '../http/route-schema.ts';
import { sendText } from '../http/send-json.ts';

function pageOf(code: ErrorCode): z.infer<typeof problemPage> {
  const { status, title, retry } = errorCatalog[code];
  return { error: code, status, title, retry, next: errorAdvice[code] };
}

/** A page about each error of the catalog, to which a problem's `type` points: HTML, or JSON if the caller prefers it. */
export function registerProblemPages(app: App): void {
  app.route({
    method: 'GET',
    url: problemPath(':code'),
    config: { rule: { scope: 'open' } },
    schema: {
      operationId: 'getProblemPage',
      tags: ['status'],
      summary: 'What an error means, and what to do about it',
      params: z.strictObject({
        code: z.string(),
      }),
      querystring: noQuery,
      response: {
        200: {
          content: {
            'application/json': { schema: problemPage.meta({ examples: [pageOf('no_room')] }) },
            'text/html': { schema: z.string() },
          },
        },
      },
    },
    handler: async (request, reply) => {
      const { code } = request.params;
      if (!Object.hasOwn(errorCatalog, code)) {
        throw new VX11Error('not_found', `There is no error ${code}; docs/errors.md lists them.`);
      }
      const page = pageOf(code as ErrorCode);
      reply.header('vary', 'Accept');
      if (acceptsJson(request.headers.accept)) return page;
      const { headers, type, html } = htmlOf(page);
      reply.headers(headers);
      return sendText(reply, type, html);
    },
  });
}

function htmlOf({ error, status, title, retry, next }: z.infer<typeof problemPage>) {
  const later = retry
    ? 'The same request may succeed later.'
    : 'The same request will be refused again.';
  return plainPage(
    error,
    [
      `<code>${escaped(error)}</code>, HTTP ${status}. ${later}`,
      `<strong>What to do:</strong> ${escaped(next)}`,
      'The <code>detail</code> of the answer says more, and the log has its <code>correlation_id</code>.',
    ],
    title,
  );
}
