import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Switch } from '../../activities/routing/create-switch.ts';
import { errorReply, RoutingError, type ChatReply } from '../../activities/routing/chat/reply.ts';
import { embeddingsRequest } from '../../contracts/front-forms.ts';
import { chatRequest, type ChatRequest } from '../../contracts/openai.ts';
import {
  programHeader,
  routingCall,
  routingCallHeader,
  waitHeader,
  wakeHeader,
  type RoutingCall,
} from '../../contracts/routing-call.ts';
import { knowsKey } from '../internal-http.ts';

/** The longest request, in bytes: pictures come inside. The gateway has the same limit. */
const bodyLimit = 32 * 1024 * 1024;

const resetBody = z.strictObject({ provider: z.string() });

/** The routes that the gateway calls. A request without the key of the installation gets 403. */
export const switchRoutes =
  (router: Switch, key: string) =>
  (app: FastifyInstance): void => {
    const knows = knowsKey(key);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, async (_: unknown, text: string) =>
      JSON.parse(text),
    );
    app.addHook('onRequest', async (request, reply) =>
      knows(request) ? undefined : reply.code(403).send({ error: 'forbidden' }),
    );

    const asked = [
      ['/v1/chat/completions', chatRequest],
      ['/v1/embeddings', embeddingsRequest],
    ] as const;
    for (const [path, schema] of asked)
      app.post(path, { bodyLimit }, async (request, reply) => {
        const call = callOf(request);
        const gone = new AbortController();
        // after a whole answer nobody listens, and an abort costs a stack trace
        reply.raw.once('close', () => {
          if (!reply.raw.writableFinished) gone.abort();
        });
        const body = schema.safeParse(request.body);
        if (!body.success) return sendReply(reply, invalid(body.error));
        return sendReply(reply, await router.chat(body.data, call, gone.signal));
      });

    app.post('/route', { bodyLimit }, async (request, reply) => {
      try {
        return await router.dryRun(request.body as ChatRequest, callOf(request));
      } catch (error) {
        if (error instanceof RoutingError) return sendReply(reply, errorReply(error));
        throw error;
      }
    });

    app.post('/reset', async (request) => {
      const cleared = router.reset(resetBody.parse(request.body).provider);
      await router.flush();
      return { cleared };
    });
  };

/** The gateway made it, so that a wrong one is our own fault. */
function callOf({ headers }: FastifyRequest): RoutingCall {
  const text = Buffer.from(String(headers[routingCallHeader] ?? ''), 'base64').toString();
  return routingCall.parse(JSON.parse(text));
}

const invalid = (error: z.ZodError): ChatReply => {
  const { path, message } = error.issues[0]!;
  const param = path.join('.');
  return errorReply(new RoutingError('invalid_request', `${param}: ${message}`, { param }));
};

function sendReply(reply: FastifyReply, answer: ChatReply): FastifyReply {
  if (answer.kind === 'wake') return reply.code(200).header(wakeHeader, '1').send(answer.request);
  if (answer.kind === 'program')
    return reply.code(200).header(programHeader, '1').send(answer.request);
  if (answer.kind === 'wait') return reply.code(200).header(waitHeader, '1').send(answer.request);
  if (answer.kind === 'json')
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  return reply
    .code(200)
    .headers(answer.headers)
    .type('text/event-stream; charset=utf-8')
    .send(Readable.from(answer.text, { objectMode: false }));
}
