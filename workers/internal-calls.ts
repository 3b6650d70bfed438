import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { errorCatalog, VX11Error } from '../contracts/errors.ts';
import { internalHeader } from '../store/internal-key.ts';

/** What another process of this installation may ask by POST, by path. */
export type InternalCalls = Record<string, (body: unknown) => Promise<unknown>>;

/** A call that takes only what fits its schema. */
export const internalCall =
  <Body, Answer>(schema: z.ZodType<Body>, answer: (body: Body) => Promise<Answer>) =>
  async (body: unknown): Promise<Answer> => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return answer(parsed.data);
    throw new VX11Error('invalid', parsed.error.message.slice(0, 500));
  };

const bodyLimit = 256 * 1024;

/** Answers a request that is one of these calls, and says whether it was: nobody without the key gets anything. */
export function internalDoor(calls: InternalCalls, key: string, log: Logger) {
  const expected = Buffer.from(key);
  const knows = (request: IncomingMessage): boolean => {
    const sent = Buffer.from(String(request.headers[internalHeader] ?? ''));
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  };
  const serve = async (request: IncomingMessage, call: InternalCalls[string]): Promise<Reply> => {
    if (!knows(request)) return { status: 403, body: { error: 'forbidden' } };
    const text = await readBody(request);
    if (text === null) return { status: 413, body: { error: 'too_large' } };
    try {
      return { status: 200, body: await call(parseJson(text)) };
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
    void serve(request, call)
      .catch((): Reply => ({ status: 400, body: { error: 'bad_request' } }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
    return true;
  };
}

interface Reply {
  status: number;
  body: unknown;
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
