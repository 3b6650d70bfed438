import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { chatStep, chatText, type OnChatPart } from '../../contracts/chat.ts';
import { openEventStream, type EventStream } from '../streams/sse.ts';
import { stepEventExample, textEventExample } from './examples.ts';
import { admitStream } from '../streams/sse-connections.ts';
import { problemFor } from '../http/problem.ts';
import { problemSchema } from '../http/route-schema.ts';

/** Answers a talk by Server-Sent Events: what comes before the answer as it comes, and at last the answer. */
export interface ChatStreams {
  /**
   * Throws `too_many_streams` before anything is asked. What `converse` throws before the first event is thrown on; after
   * that it is an `error` event. Whoever reads may go: the talk goes on.
   */
  answer<T>(
    exchange: { request: FastifyRequest; reply: FastifyReply },
    schema: z.ZodType<T>,
    converse: (hear: OnChatPart) => Promise<T>,
  ): Promise<void>;
}

/** An answer takes no longer. */
const retryAfterSeconds = 3;

export function createChatStreams({ maxStreams }: { maxStreams: number }): ChatStreams {
  let open = 0;
  return {
    async answer({ request, reply }, schema, converse) {
      admitStream(open, maxStreams, retryAfterSeconds);
      let begun: EventStream | null = null;
      const stream = (): EventStream => {
        if (begun === null) {
          reply.hijack();
          begun = openEventStream(reply, { again: false });
        }
        return begun;
      };
      open += 1;
      try {
        const data = schema.parse(await converse((part) => stream().tell(part)));
        stream().tell({ event: 'answer', data });
      } catch (error) {
        if (begun === null) throw error;
        stream().tell({ event: 'error', data: problemFor(error, request).problem });
      } finally {
        open -= 1;
        (begun as EventStream | null)?.end();
      }
    },
  };
}

/** What the data of such a stream's events are, for the description of a route. */
export const chatEvents = <T extends z.ZodType>(answer: T, example: z.output<T>) =>
  z
    .union([
      chatText.meta({ description: 'event: text. More of the words of the model' }),
      chatStep.meta({ description: 'event: step. A step of the plan has come further' }),
      answer.meta({ description: 'event: answer. The last one: what the plain call answers' }),
      problemSchema.meta({ description: 'event: error. The last one, where no answer came about' }),
    ])
    .meta({ examples: [textEventExample, stepEventExample, example] });
