import type { ServerContext } from '@modelcontextprotocol/server';
import type { AgentCall } from './tool.ts';

/** How much further a report says that it is if nothing new has ended. */
const leastStep = 1e-6;

/**
 * Progress with the client's own token; without one there is none. Every report is sent. A client wants values that rise, so
 * one that is not further than the last one is raised a little.
 */
export function progressOf({
  mcpReq,
}: {
  mcpReq: Pick<ServerContext['mcpReq'], 'signal' | 'notify' | '_meta'>;
}): AgentCall['progress'] {
  const token = mcpReq['_meta']?.progressToken;
  let last = -1;
  return async (message, part) => {
    if (token === undefined || mcpReq.signal.aborted) return;
    last = Math.max(part, last + leastStep);
    const params = { progressToken: token, progress: last, total: 1, message };
    await mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
