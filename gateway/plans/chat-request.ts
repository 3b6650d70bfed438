import type { FastifyRequest } from 'fastify';
import type { MadreChatCall } from '../../contracts/chat.ts';
import { callerOf } from '../http/authenticate.ts';

/** The caller of a chat request, with the defaults: a chat that is carried out, without reasoning. */
export function chatRequest(
  request: FastifyRequest,
  source: MadreChatCall['source'],
): Omit<MadreChatCall, 'message' | 'session_id'> {
  const { name, principal, scope } = callerOf(request);
  return {
    source,
    actor: name,
    principal,
    scope,
    correlation_id: request.id,
    context: {},
    dry_run: false,
    require_reasoning: false,
    as_task: false,
  };
}
