import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { chatStep, chatText, type OnChatPart } from '../../contracts/chat.ts';
import type { GatewayContext } from '../context.ts';
import type { WatchedAccess } from '../streams/access-watch.ts';
import { openEventStream, type EventStream } from '../streams/sse.ts';
import { stepEventExample, textEventExample } from './examples.ts';
import { admitStream } from '../streams/sse-connections.ts';
import { problemFor } from '../http/problem.ts';
import { problemSchema } from '../http/route-schema.ts';

/** Answers a chat by Server-Sent Events: the parts as they arrive, then the answer. */
export interface ChatStreams {
  /**
   * Throws `too_many_streams` before it calls `ask`. Passes on an error of `ask` before the first event, and sends
   * it as an `error` event after that. If the reader disconnects, or its token or session ends, the chat
   * continues.
   */
  answer<T>(
    exchange: { request: FastifyRequest; reply: FastifyReply },
    schema: z.ZodType<T>,
    ask: (onPart: OnChatPart) => Promise<T>,
  ): Promise<void>;
}

/** No chat takes longer, so a place is free by then. */
const retryAfterSeconds = 3;

export function createChatStreams({
  config: { maxStreams },
  access,
}: Pick<GatewayContext, 'config' | 'access'>): ChatStreams {
  let open = 0;
  return {
    async answer({ request, reply }, schema, ask) {
      admitStream(open, maxStreams, retryAfterSeconds);
      let begun: EventStream | null = null;
      let watched: WatchedAccess | null = null;
      const stream = (): EventStream => {
        if (begun === null) {
          reply.hijack();
          const opened = openEventStream(reply, { again: false });
          watched = access.watch(request, () => opened.end());
          begun = opened;
        }
        return begun;
      };
      open += 1;
      try {
        const data = schema.parse(await ask((part) => stream().sayNow(part)));
        stream().sayNow({ event: 'answer', data });
      } catch (error) {
        if (begun === null) throw error;
        stream().sayNow({ event: 'error', data: problemFor(error, request).problem });
      } finally {
        open -= 1;
        (watched as WatchedAccess | null)?.end();
        (begun as EventStream | null)?.end();
      }
    },
  };
}

/** The schemas of such a stream's events, for the OpenAPI document. */
export const chatEvents = <T extends z.ZodType>(answer: T, example: z.output<T>) =>
  z
    .union([
      chatText.meta({ description: 'event: text. More words of the model' }),
      chatStep.meta({ description: 'event: step. A step of the plan has changed' }),
      answer.meta({ description: 'event: answer. The last one: the answer of the plain call' }),
      problemSchema.meta({ description: 'event: error. The last one, if there is no answer' }),
    ])
    .meta({ examples: [textEventExample, stepEventExample, example] });
