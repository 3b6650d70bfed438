import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { errorCatalog, VX11Error } from '../../contracts/errors.ts';
import { internalHeader, internalLines } from '../../platform/internal-key.ts';

/** Takes what is to be told before the answer. */
type Tell = (part: unknown) => void;

/** What another process of this installation may ask by POST, by path; with `tell` where it asked for lines. */
export type InternalCalls = Record<string, (body: unknown, tell?: Tell) => Promise<unknown>>;

/** A call that takes only what fits its schema. */
export const internalCall =
  <Body, Answer>(schema: z.ZodType<Body>, answer: (body: Body, tell?: Tell) => Promise<Answer>) =>
  async (body: unknown, tell?: Tell): Promise<Answer> => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return answer(parsed.data, tell);
    throw new VX11Error('invalid', parsed.error.message.slice(0, 500));
  };

const bodyLimit = 256 * 1024;

/** Tells whether a request comes from another process of this installation. */
export function knowsKey(key: string): (request: IncomingMessage) => boolean {
  const expected = Buffer.from(key);
  return (request) => {
    const sent = Buffer.from(String(request.headers[internalHeader] ?? ''));
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  };
}

/** Answers a request that is one of these calls, and says whether it was: nobody without the key gets anything. */
export function serveInternal(calls: InternalCalls, key: string, log: Logger) {
  const knows = knowsKey(key);
  const serve = async (
    request: IncomingMessage,
    call: InternalCalls[string],
    tell: Tell | undefined,
  ): Promise<Reply> => {
    if (!knows(request)) return { status: 403, body: { error: 'forbidden' } };
    const text = await readBody(request);
    if (text === null) return { status: 413, body: { error: 'too_large' } };
    try {
      return { status: 200, body: await call(parseJson(text), tell) };
    } catch (error) {
      if (error instanceof VX11Error) {
        return {
          status: errorCatalog[error.code].status,
          body: { error: error.code, detail: error.message },
        };
      }
      log.error({ err: error, path: request.url }, 'an internal call failed');
      return { status: 500, body: { error: 'internal' } };
    }
  };
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const call = request.method === 'POST' ? calls[request.url ?? ''] : undefined;
    if (call === undefined) return false;
    const lines = request.headers.accept === internalLines ? linesOf(response) : null;
    void serve(request, call, lines?.tell)
      .catch((): Reply => ({ status: 400, body: { error: 'bad_request' } }))
      .then((reply) => {
        if (lines?.begun() === true) return lines.end(reply);
        response.writeHead(reply.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(reply.body));
      });
    return true;
  };
}

interface Reply {
  status: number;
  body: unknown;
}

/**
 * An answer in lines of JSON: what is told before it, as it comes, and at last the status and body that a plain answer
 * has. It begins with what is told first; without that it is a plain one. Whoever asked may have gone.
 */
function linesOf(response: ServerResponse): {
  tell: Tell;
  begun: () => boolean;
  end: (reply: Reply) => void;
} {
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
  return {
    tell(part) {
      if (response.destroyed || response.writableEnded) return;
      if (!response.headersSent) response.writeHead(200, { 'content-type': internalLines });
      response.write(line({ part }));
    },
    begun: () => response.headersSent,
    end: (reply) => void response.end(line({ answer: reply })),
  };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
