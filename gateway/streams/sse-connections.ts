import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import { callerOf } from '../http/authenticate.ts';
import type { GatewayConfig } from '../config.ts';
import type { AccessWatch } from './access-watch.ts';
import { openEventStream, type EventStream } from './sse.ts';

/** Throws `too_many_streams` if there is no room for another stream. */
export function admitStream(open: number, most: number, retryAfterSeconds: number): void {
  if (open < most) return;
  throw new VX11Error('too_many_streams', `${most} streams are open here.`, { retryAfterSeconds });
}

/** The event streams of one route; each stays open until its reader disconnects, its token or session
 * ends, or the gateway stops. */
export interface SseConnections {
  /**
   * Takes over the reply. If all places are taken, the caller with the most streams loses its newest one to a caller with
   * at least two fewer. If there is no such caller, throws `too_many_streams` and leaves the reply alone.
   */
  open(request: FastifyRequest, reply: FastifyReply): EventStream;
}

const retryAfterSeconds = 10;

/** Ends the newest stream of the caller with the most, if the new caller would still have fewer. */
function giveWay(streams: Map<EventStream, string>, caller: string): void {
  const byCaller = Map.groupBy(streams.keys(), (stream) => streams.get(stream)!);
  const [[most, theirs] = ['', []]] = [...byCaller].toSorted(([, a], [, b]) => b.length - a.length);
  const mine = byCaller.get(caller)?.length ?? 0;
  if (most === caller || theirs.length < mine + 2) return;
  const newest = theirs.at(-1)!;
  streams.delete(newest);
  newest.end();
}

/** Every `streamBeatMs` each stream sends a keep-alive comment, if its caller may still read. */
export function createSseConnections(
  app: Pick<FastifyInstance, 'addHook'>,
  { config, access }: { config: GatewayConfig; access: AccessWatch },
): SseConnections {
  const streams = new Map<EventStream, string>();
  app.addHook('preClose', async () => {
    for (const stream of streams.keys()) stream.end();
  });
  return {
    open(request, reply) {
      // checks and takes a place without an await between, so that concurrent requests count each other
      if (streams.size >= config.maxStreams) giveWay(streams, callerOf(request).id);
      admitStream(streams.size, config.maxStreams, retryAfterSeconds);
      reply.hijack();
      const stream = openEventStream(reply);
      streams.set(stream, callerOf(request).id);
      const watched = access.watch(request, () => stream.end());
      const heartbeat = setInterval(() => {
        watched.check().then(
          (isLive) => isLive && stream.comment('alive'),
          () => undefined, // the store is away
        );
      }, config.streamBeatMs);
      stream.onClose(() => {
        clearInterval(heartbeat);
        watched.end();
        streams.delete(stream);
      });
      return stream;
    },
  };
}
