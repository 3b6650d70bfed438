import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OpenaiError } from '../../../contracts/openai.ts';
import { UnreadableForm, type ReadForm } from '../../../domain/routing/forms/form.ts';
import type { Loose } from '../../../domain/routing/request/loose.ts';
import type { Answer } from '../../../platform/network/post.ts';
import type { GatewayContext } from '../../context.ts';
import { hungUp } from '../ask-plainly.ts';
import { askSwitch, requireSwitch, type AskContext } from '../ask-switch.ts';
import { FrontError } from '../failure.ts';
import { readOptions } from '../read-options.ts';
import { commentsOn } from './comments.ts';
import type { Front } from './fronts.ts';
import { streamHeaders } from './stream-headers.ts';
import { passedStream, writtenStream } from './written-stream.ts';

/** Headers of an answer of switch that the caller gets. */
const passed = [
  'content-type',
  'retry-after',
  'x-should-retry',
  'x-vx11-decision',
  'x-vx11-target',
  'x-vx11-tries',
  'x-vx11-fault',
  'x-vx11-cost-usd',
  'x-vx11-dropped',
];
const isStream = (answer: Answer): boolean =>
  answer.headers['content-type']?.startsWith('text/event-stream') === true;

type Context = AskContext & Pick<GatewayContext, 'config'>;

/** Answers a request by switch, in the form of its front. */
export async function answerFront(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  front: Front,
): Promise<FastifyReply> {
  const asked = request.body as Loose;
  const options = readOptions(request.headers);
  const form = readForm(front, asked);
  if (form?.conversation != null) options.conversation ??= form.conversation;
  await requireSwitch(context, request);
  const streams = asked['stream'] === true;
  const comments = streams ? commentsOn(reply, context.config.streamBeatMs) : null;
  try {
    const answer = await askSwitch(context, request, {
      front,
      body: form === null ? request.sent! : new TextEncoder().encode(JSON.stringify(form.body)),
      options,
      signal: hungUp(reply.raw),
      waking: (what) => comments?.begin(what),
    });
    if (comments?.begun() === true)
      return await comments.finish(
        isStream(answer) ? streamOf(answer, front, asked) : lateError(answer, front, asked),
      );
    for (const name of passed) {
      const value = answer.headers[name];
      if (value !== undefined) reply.header(name, value);
    }
    if (form !== null && form.dropped.length > 0)
      reply.header('x-vx11-dropped', droppedOf(answer, form));
    reply.code(answer.status);
    if (isStream(answer))
      return await reply
        .headers(streamHeaders)
        .send(Readable.from(streamOf(answer, front, asked), { objectMode: false }));
    return await reply.send(await wholeOf(answer, front, asked));
  } finally {
    comments?.end();
  }
}

/** A request as one of chat completions; null if it is one. Throws `FrontError`. */
export function readForm(front: Front, asked: Loose): ReadForm | null {
  try {
    return front.read?.(asked) ?? null;
  } catch (error) {
    if (!(error instanceof UnreadableForm)) throw error;
    const { param, message } = error;
    throw new FrontError('invalid_request', `${param}: ${message}`, { param });
  }
}

const droppedOf = (answer: Answer, { dropped }: ReadForm): string =>
  [answer.headers['x-vx11-dropped'], ...dropped].filter((one) => one !== undefined).join(', ');

function streamOf(
  { body }: Answer,
  { writer }: Front,
  asked: Loose,
): AsyncIterable<Uint8Array | string> {
  return writer === null ? passedStream(body) : writtenStream(body, writer(asked));
}

/** The text of an answer that is no stream. */
async function wholeOf(answer: Answer, front: Front, asked: Loose): Promise<string> {
  const text = await answer.text();
  if (answer.status >= 400)
    return JSON.stringify(front.error(JSON.parse(text) as OpenaiError, answer.status));
  return front.whole === null
    ? text
    : JSON.stringify(front.whole(asked, JSON.parse(text) as Loose));
}

/** An error as the end of a stream whose status went out already. */
async function* lateError(answer: Answer, { writer }: Front, asked: Loose): AsyncGenerator<string> {
  const text = await answer.text();
  const { error } = JSON.parse(text) as Partial<OpenaiError>;
  if (writer === null || error === undefined) {
    yield `data: ${text}\n\n`;
    return;
  }
  for (const { event, data } of writer(asked).fail(error))
    yield `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
