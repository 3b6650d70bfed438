import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { chatStep, chatText, type HearChat } from '../contracts/chat.ts';
import { VX11Error } from '../contracts/errors.ts';
import { openEventStream, type EventStream } from './event-stream.ts';
import { stepEventExample, textEventExample } from './examples-plan.ts';
import { tellProblem } from './problem.ts';
import { problemSchema } from './route-schema.ts';

/** Answers a talk by Server-Sent Events: what comes before the answer as it comes, and at last the answer. */
export interface ChatStreams {
  /**
   * Throws `too_many_streams` before anything is asked. What `converse` throws before the first event is thrown on; after
   * that it is an `error` event. Whoever reads may go: the talk goes on.
   */
  answer<T>(
    exchange: { request: FastifyRequest; reply: FastifyReply },
    schema: z.ZodType<T>,
    converse: (hear: HearChat) => Promise<T>,
  ): Promise<void>;
}

export function createChatStreams({ maxStreams }: { maxStreams: number }): ChatStreams {
  let open = 0;
  return {
    async answer({ request, reply }, schema, converse) {
      if (open >= maxStreams) {
        throw new VX11Error('too_many_streams', `${maxStreams} streams are open here.`, {
          retryAfterSeconds: 3,
        });
      }
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
        stream().tell({ event: 'error', data: tellProblem(error, request).problem });
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
