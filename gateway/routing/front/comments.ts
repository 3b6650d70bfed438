import type { FastifyReply } from 'fastify';
import { streamHeaders } from './stream-headers.ts';

/** Comments keep a client from giving up while something wakes; clients ignore them. */
export interface Comments {
  /** From now on a comment of what this says then goes out each beat, and with the first one the headers. */
  begin(text: () => string): void;
  /** Headers went out. */
  begun(): boolean;
  /** Sends the rest of an answer whose headers went out. */
  finish(text: AsyncIterable<Uint8Array | string>): Promise<FastifyReply>;
  end(): void;
}

export function commentsOn(reply: FastifyReply, everyMs: number): Comments {
  const { raw } = reply;
  let timer: NodeJS.Timeout | undefined;
  let hasBegun = false;
  let what = (): string => 'waiting';
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
      what = text;
      timer ??= setInterval(() => comment(what()), everyMs);
    },
    begun: () => hasBegun,
    async finish(text) {
      for await (const piece of text) raw.write(piece);
      raw.end();
      return reply;
    },
    end: () => clearInterval(timer),
  };
}
