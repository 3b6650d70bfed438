import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { FastifyReply } from 'fastify';
import { chatCompletion, chatRequest } from '../../contracts/openai.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { askSwitch, requireSwitch } from './ask-switch.ts';
import { completionExample } from './examples.ts';
import { frontBodyLimit, plainFront } from './plain-front.ts';
import { readOptions } from './read-options.ts';

/** Headers of an answer of switch that the caller gets. */
const passed = [
  'content-type',
  'retry-after',
  'x-should-retry',
  'x-vx11-decision',
  'x-vx11-target',
  'x-vx11-tries',
  'x-vx11-cost-usd',
  'x-vx11-dropped',
];
/** A proxy that buffers would hold a stream back. */
const streamHeaders = { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
const isStream = (answer: Response): boolean =>
  answer.headers.get('content-type')?.startsWith('text/event-stream') === true;

/** The front that clients of OpenAI speak to. */
export const chatRoutes: Routes = (context) => async (app) => {
  plainFront(app);

  app.route({
    method: 'POST',
    url: '/v1/chat/completions',
    bodyLimit: frontBodyLimit,
    config: { rule: { scope: 'operator', countsAsRead: true } },
    schema: {
      operationId: 'createChatCompletion',
      tags: ['models'],
      summary: 'Answer a chat by the target that fits best',
      description:
        'As OpenAI’s route of this name; unknown fields pass. Headers x-vx11-mode, -task-type, -max-cost-usd, -deadline-ms, ' +
        '-wake, -fallback, -data, -conversation and -seed say how it is routed; x-vx11-open opens switch first. Errors have ' +
        'OpenAI’s form.',
      querystring: noQuery,
      body: chatRequest.meta({
        examples: [{ model: 'auto', messages: [{ role: 'user', content: 'Say hello.' }] }],
      }),
      response: answers({ 200: chatCompletion.meta({ examples: [completionExample] }) }),
    },
    // what a target answered passes as it is
    serializerCompiler: () => (data) => data as string,
    handler: async (request, reply) => {
      const options = readOptions(request.headers);
      await requireSwitch(context, request);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const comments =
        request.body.stream === true ? commentsOn(reply, context.config.streamBeatMs) : null;
      try {
        const answer = await askSwitch(
          context,
          request,
          request.sent!,
          options,
          gone.signal,
          (wake) => comments?.begin(`waking ${wake.service}`),
        );
        if (comments?.begun() === true) return await comments.finish(answer);
        for (const name of passed) {
          const value = answer.headers.get(name);
          if (value !== null) reply.header(name, value);
        }
        if (isStream(answer)) reply.headers(streamHeaders);
        return await (reply as FastifyReply).code(answer.status).send(bodyOf(answer));
      } finally {
        comments?.end();
      }
    },
  });
};

const bodyOf = ({ body }: Response): Readable =>
  body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream);

interface Comments {
  /** From now on a comment goes out each beat, and with the first one the headers. */
  begin(text: string): void;
  /** Headers went out. */
  begun(): boolean;
  /** Sends the rest of an answer whose headers went out; an error becomes one inside the stream. */
  finish(answer: Response): Promise<FastifyReply>;
  end(): void;
}

/** Comments keep a client from giving up while something wakes; clients ignore them. */
function commentsOn(reply: FastifyReply, everyMs: number): Comments {
  const { raw } = reply;
  let timer: NodeJS.Timeout | undefined;
  let hasBegun = false;
  const comment = (text: string): void => {
    if (raw.destroyed || raw.writableEnded) return;
    if (!hasBegun) {
      hasBegun = true;
      reply.hijack();
      const headers = {
        ...reply.getHeaders(),
        ...streamHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
      };
      raw.writeHead(200, headers as Record<string, string>);
    }
    raw.write(`: ${text}\n\n`);
  };
  return {
    begin(text) {
      timer ??= setInterval(() => comment(text), everyMs);
    },
    begun: () => hasBegun,
    async finish(answer) {
      if (isStream(answer)) for await (const piece of answer.body!) raw.write(piece);
      else raw.write(`data: ${await answer.text()}\n\n`);
      raw.end();
      return reply;
    },
    end: () => clearInterval(timer),
  };
}
