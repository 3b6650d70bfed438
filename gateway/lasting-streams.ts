import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VX11Error } from '../contracts/errors.ts';
import { presentedToken } from './access.ts';
import type { GatewayContext } from './context.ts';
import { openEventStream, type EventStream } from './event-stream.ts';

/** Throws `too_many_streams` where there is no room for another one. */
export function admitStream(open: number, most: number, retryAfterSeconds: number): void {
  if (open < most) return;
  throw new VX11Error('too_many_streams', `${most} streams are open here.`, { retryAfterSeconds });
}

/** Event streams of one route that stay open until their reader, their token or the gateway goes. */
export interface LastingStreams {
  /** Throws `too_many_streams`; to be asked before a stream is opened. */
  admit(): void;
  /** Takes over the reply. */
  open(request: FastifyRequest, reply: FastifyReply): EventStream;
}

const retryAfterSeconds = 10;

/** Each shows every `streamBeatMs` that it lives; then its token is looked at, too. */
export function createLastingStreams(
  app: Pick<FastifyInstance, 'addHook'>,
  { config, tokens }: Pick<GatewayContext, 'config' | 'tokens'>,
): LastingStreams {
  const streams = new Set<EventStream>();
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.end();
  });
  return {
    admit: () => admitStream(streams.size, config.maxStreams, retryAfterSeconds),
    open(request, reply) {
      const token = presentedToken(request);
      reply.hijack();
      const stream = openEventStream(reply);
      streams.add(stream);
      const heartbeat = setInterval(() => {
        // a token that was revoked meanwhile sees nothing more
        void Promise.resolve()
          .then(() => tokens.identify(token))
          .then(() => stream.comment('alive'))
          .catch((error: unknown) => {
            if (error instanceof VX11Error && error.code === 'forbidden') stream.end();
          });
      }, config.streamBeatMs);
      stream.onClose(() => {
        clearInterval(heartbeat);
        streams.delete(stream);
      });
      return stream;
    },
  };
}
