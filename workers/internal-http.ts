import { timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { errorCatalog, VX11Error } from '../contracts/errors.ts';
import { internalHeader, internalLines } from '../platform/internal-key.ts';
import { readTraceparent, traceparentOf } from '../domain/traces/traceparent.ts';
import { withTraceParent } from '../platform/trace-context.ts';

/** Sends a part of the answer before its end. */
type OnPart = (part: unknown) => void;

/** Calls for other processes of this installation, by path of the POST; `onPart` is set if the caller accepts lines. */
export type InternalCalls = Record<string, (body: unknown, onPart?: OnPart) => Promise<unknown>>;

/** Makes a call whose body is validated by a schema. */
export const internalCall =
  <Body, Answer>(
    schema: z.ZodType<Body>,
    answer: (body: Body, onPart?: OnPart) => Promise<Answer>,
  ) =>
  async (body: unknown, onPart?: OnPart): Promise<Answer> => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return answer(parsed.data, onPart);
    throw new VX11Error('invalid', parsed.error.message.slice(0, 500));
  };

const bodyLimit = 256 * 1024;

/** Returns a check of whether a request comes from another process of this installation. */
export function knowsKey(key: string): (request: Pick<FastifyRequest, 'headers'>) => boolean {
  const expected = Buffer.from(key);
  return ({ headers }) => {
    const sent = Buffer.from(String(headers[internalHeader] ?? ''));
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  };
}

/** Makes routes for these calls. A request without the key always gets 403. */
export function internalRoutes(
  calls: InternalCalls,
  key: string,
  log: Logger,
): (app: FastifyInstance) => void {
  const knows = knowsKey(key);
  const failure = (error: unknown, path: string): Reply => {
    if (error instanceof VX11Error) {
      return {
        status: errorCatalog[error.code].status,
        body: { error: error.code, detail: error.message },
      };
    }
    const { statusCode = 500 } = error as FastifyError;
    if (statusCode === 413) return { status: 413, body: { error: 'too_large' } };
    if (statusCode < 500) return { status: 400, body: { error: 'bad_request' } };
    log.error({ err: error, path }, 'an internal call failed');
    return { status: 500, body: { error: 'internal' } };
  };
  return (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, async (_: unknown, text: string) =>
      parseJson(text),
    );
    app.setErrorHandler((error, { url }, reply) => {
      const { status, body } = failure(error, url);
      return reply.code(status).send(body);
    });
    app.addHook('onRequest', async (request, reply) =>
      knows(request) ? undefined : reply.code(403).send({ error: 'forbidden' }),
    );
    for (const [path, call] of Object.entries(calls)) {
      app.post(path, { bodyLimit }, async (request, reply) => {
        const { accept, traceparent } = request.headers;
        const caller = readTraceparent(traceparent);
        const within = <T>(work: () => T): T =>
          withTraceParent(caller === null ? null : traceparentOf(caller), work);
        if (accept !== internalLines) return within(() => call(request.body));
        const lines = linesOn(reply);
        const answer = await within(() => call(request.body, lines.onPart)).then(
          (body): Reply => ({ status: 200, body }),
          (error: unknown) => failure(error, path),
        );
        if (lines.begun()) return lines.end(answer);
        return reply.code(answer.status).send(answer.body);
      });
    }
  };
}

interface Reply {
  status: number;
  body: unknown;
}

/**
 * Writes an answer in JSON Lines: the parts as they come and, last, the status and body that a plain answer has. Writes
 * nothing before the first part, so that an answer without parts stays a plain one. Ignores a closed connection.
 */
function linesOn(reply: FastifyReply): {
  onPart: OnPart;
  begun: () => boolean;
  end: (answer: Reply) => void;
} {
  const { raw } = reply;
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
  return {
    onPart(part) {
      if (raw.destroyed || raw.writableEnded) return;
      if (!raw.headersSent) {
        reply.hijack();
        raw.writeHead(200, { 'content-type': internalLines });
      }
      raw.write(line({ part }));
    },
    begun: () => raw.headersSent,
    end: (answer) => void raw.end(line({ answer })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
