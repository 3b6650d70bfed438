import { createHash } from 'node:crypto';
import { z } from 'zod';
import { errorAdvice } from '../../contracts/error-advice.ts';
import { errorCatalog, VX11Error, type ErrorCode } from '../../contracts/errors.ts';
import type { App } from '../http/app-type.ts';
import { acceptsJson } from '../http/negotiate.ts';
import { pageHeaders } from '../http/origin-check.ts';
import { problemPath } from '../http/problem.ts';
import { noQuery, problemPage } from '../http/route-schema.ts';
import { sendText } from '../http/send-json.ts';

const style =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}';
const styleHash = createHash('sha256').update(style).digest('base64');
const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

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
      reply.headers({ ...pageHeaders, 'content-security-policy': pagePolicy });
      return sendText(reply, 'text/html; charset=utf-8', htmlOf(page));
    },
  });
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (char) => escapes[char]!);

function htmlOf({ error, status, title, retry, next }: z.infer<typeof problemPage>): string {
  const later = retry
    ? 'The same request may succeed later.'
    : 'The same request will be refused again.';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(error)} – VX11</title>
<style>${style}</style>
<h1>${escaped(title)}</h1>
<p><code>${escaped(error)}</code>, HTTP ${status}. ${later}</p>
<p><strong>What to do:</strong> ${escaped(next)}</p>
<p>The <code>detail</code> of the answer says more, and the log has its <code>correlation_id</code>.</p>
</html>
`;
}
