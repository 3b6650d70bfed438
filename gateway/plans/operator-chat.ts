import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { operatorChatAnswer, operatorChatBody } from '../../contracts/chat.ts';
import type { GatewayContext } from '../context.ts';
import { isAwake } from '../reads/snapshot.ts';
import { chatRequest } from './chat-request.ts';
import { askMadre, chatOf } from './madre-client.ts';

/** Asks madre for an operator. An awake switch cannot answer yet: madre answers for it, with a warning. */
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
  const { warnings } = result.answer;
  return {
    ...chatOf(result),
    ...((await switchIsAwake(context)) && {
      degraded: true,
      warnings: [...warnings, 'switch: not_available_yet'],
    }),
    answered_by: result.answered_by,
  };
}

async function switchIsAwake({ model, clock }: GatewayContext): Promise<boolean> {
  try {
    return isAwake(await model.snapshot(), 'switch', clock());
  } catch {
    return false; // while the store is unavailable, the switch counts as asleep
  }
}
