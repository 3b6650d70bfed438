import type { GatewayContext } from '../context.ts';
import { admitStream } from '../streams/sse-connections.ts';

const retryAfterSeconds = 10;

/** The agents that wait or listen now; each holds a place among the streams of this gateway. */
let taken = 0;

/** Throws `too_many_streams`. @returns a function that gives the place back */
export function takePlace({ config }: Pick<GatewayContext, 'config'>): () => void {
  admitStream(taken, config.maxStreams, retryAfterSeconds);
  taken += 1;
  return () => void (taken -= 1);
}
