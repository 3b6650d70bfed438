import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import { callerOf, presentedToken } from '../http/authenticate.ts';
import type { GatewayConfig } from '../config.ts';
import type { TokenCache } from '../http/caller.ts';
import { openEventStream, type EventStream } from './sse.ts';

/** Throws `too_many_streams` where there is no room for another one. */
export function admitStream(open: number, most: number, retryAfterSeconds: number): void {
  if (open < most) return;
  throw new VX11Error('too_many_streams', `${most} streams are open here.`, { retryAfterSeconds });
}

/** Event streams of one route that stay open until their reader, their token or the gateway goes. */
export interface SseConnections {
  /**
   * Takes over the reply. Where all places are taken, the caller that holds most of them gives up its newest one to a
   * caller that holds at least two fewer. Throws `too_many_streams` where nobody does, and then leaves the reply alone.
   */
  open(request: FastifyRequest, reply: FastifyReply): EventStream;
}

const retryAfterSeconds = 10;

/** Ends the newest stream of the caller that has most of them, where the new one would still have fewer. */
function giveWay(streams: Map<EventStream, string>, caller: string): void {
  const byCaller = Map.groupBy(streams.keys(), (stream) => streams.get(stream)!);
  const [[most, theirs] = ['', []]] = [...byCaller].toSorted(([, a], [, b]) => b.length - a.length);
  const mine = byCaller.get(caller)?.length ?? 0;
  if (most === caller || theirs.length < mine + 2) return;
  const newest = theirs.at(-1)!;
  streams.delete(newest);
  newest.end();
}

/** Each shows every `streamBeatMs` that it lives; then its token is looked at, too. */
export function createSseConnections(
  app: Pick<FastifyInstance, 'addHook'>,
  { config, tokens }: { config: GatewayConfig; tokens: TokenCache },
): SseConnections {
  const streams = new Map<EventStream, string>();
  app.addHook('preClose', async () => {
    for (const stream of streams.keys()) stream.end();
  });
  return {
    open(request, reply) {
      const token = presentedToken(request);
      // checked and taken without a pause between: requests that wait at the same time count each other
      if (streams.size >= config.maxStreams) giveWay(streams, callerOf(request).id);
      admitStream(streams.size, config.maxStreams, retryAfterSeconds);
      reply.hijack();
      const stream = openEventStream(reply);
      streams.set(stream, callerOf(request).id);
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
