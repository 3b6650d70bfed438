import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../http/app-type.ts';
import { asVX11Error } from '../http/problem.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { FrontError, openaiCodeOf, sendFailure } from './failure.ts';
import type { Front } from './front/fronts.ts';
import { lineIds } from '../http/request-metrics.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, on routes of `/v1`. */
    sent: Buffer<ArrayBuffer> | null;
  }
}

/** The longest body of `/v1`, in bytes: pictures come inside. */
export const frontBodyLimit = 32 * 1024 * 1024;

/**
 * Gives a plugin the manners of `/v1`: bodies are JSON of which unknown fields pass, and errors have the form of its front. The
 * body is kept as it came, because most go to switch untouched.
 */
export function plainFront(
  app: Pick<
    App,
    'decorateRequest' | 'removeAllContentTypeParsers' | 'addContentTypeParser' | 'setErrorHandler'
  >,
  front: Pick<Front, 'error'>,
): void {
  app.decorateRequest('sent', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      request.sent = body as Buffer<ArrayBuffer>;
      try {
        return JSON.parse(body.toString('utf8')) as unknown;
      } catch (error) {
        throw new FrontError('invalid_request', 'The body is not valid JSON.', { cause: error });
      }
    },
  );
  app.setErrorHandler((error: Error, request: FastifyRequest, reply: FastifyReply) =>
    answerFailure(error, request, reply, front),
  );
}

function answerFailure(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  front: Pick<Front, 'error'>,
): FastifyReply {
  if (error instanceof FrontError)
    return sendFailure(reply, front, error.code, error.message, error);
  const known = asVX11Error(error);
  const code = openaiCodeOf(known.code);
  if (known.code === 'internal')
    request.log.error({ err: error, ...lineIds(request) }, 'answered internal');
  if (known.code === 'auth_required') reply.header('www-authenticate', 'Bearer realm="vx11"');
  const param = known.fields[0]?.field;
  const retryAfter = known instanceof VX11Error ? known.retryAfterSeconds : undefined;
  return sendFailure(reply, front, code, known.message, { param, retryAfter });
}
