import type { FastifyRequest } from 'fastify';
import type { Sender } from '../../workflows/messages.ts';
import { callerOf } from './authenticate.ts';

/** Who sends a message on to a workflow, and under which correlation id. */
export const actorOf = (request: FastifyRequest): Sender => ({
  actor: callerOf(request).name,
  principal: callerOf(request).principal,
  correlation_id: request.id,
});
