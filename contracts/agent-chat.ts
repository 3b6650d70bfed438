import { z } from 'zod';
import { chatMessage, sessionId } from './chat.ts';
import { planId, stepStatus } from './plan.ts';
import { instant, jsonValue } from './text.ts';

/** `POST /mcp/chat`: one of the two names of the message is needed. */
export const agentChatBody = z
  .strictObject({
    user_message: chatMessage.optional(),
    message: chatMessage.optional().meta({ description: 'The same as user_message' }),
    require_action: z.boolean().optional().meta({
      description:
        'True: what would change something becomes a plan that waits. Default: shown only',
    }),
    session_id: sessionId.optional(),
    context: z.record(z.string().max(128), jsonValue).optional(),
  })
  .refine(({ user_message, message }) => (user_message ?? message) !== undefined, {
    path: ['user_message'],
    message: 'is needed',
  });

/** A step of the plan that a message became. */
const actionTaken = z.strictObject({
  action: z.string(),
  status: z.enum([...stepStatus.options, 'WAITING']),
  plan_id: planId,
});

export const agentChatAnswer = z.strictObject({
  session_id: sessionId,
  response: z.string(),
  actions_taken: z.array(actionTaken),
  reasoning: z.string().nullable(),
  confidence: z.number(),
  timestamp: instant,
  error: z.string().optional(),
  hint: z.string().optional().meta({ description: 'What to do next' }),
});
export type AgentChatAnswer = z.infer<typeof agentChatAnswer>;

export const agentSessionAnswer = z.strictObject({
  session_id: sessionId,
  created_at: instant,
  last_interaction: instant,
  turns_count: z.int(),
  history: z.array(
    z.strictObject({
      role: z.enum(['user', 'assistant']),
      content: z.string(),
      timestamp: instant,
    }),
  ),
});
