import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { operatorChatAnswer, operatorChatBody } from '../../contracts/chat.ts';
import type { GatewayContext } from '../context.ts';
import { chatRequest } from './chat-request.ts';
import { askMadre, chatOf } from './madre-client.ts';

/** Asks madre for an operator. */
export async function askOperator(
  context: GatewayContext,
  request: FastifyRequest,
  { message, session_id, user_id, metadata }: z.infer<typeof operatorChatBody>,
): Promise<z.infer<typeof operatorChatAnswer>> {
  const result = await askMadre(context, {
    ...chatRequest(request, 'operator'),
    message,
    session_id: session_id ?? null,
    context: { ...metadata, ...(user_id !== undefined && { user_id }) },
  });
  return { ...chatOf(result), answered_by: result.answered_by };
}
