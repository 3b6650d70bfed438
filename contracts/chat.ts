import { z } from 'zod';
import { confirmToken, intentId, planId, planStep, planView, stepId, stepStatus } from './plan.ts';
import { scriptType, spawnPriority } from './spawn.ts';
import { correlationId, instant, jsonValue } from './text.ts';

export const sessionId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'letters, digits and . _ : - only');

const message = z.string().min(1).max(4000);

export const chatMode = z.enum(['MADRE', 'AUDIO_ENGINEER']);
export type ChatMode = z.infer<typeof chatMode>;

export const chatBody = z.strictObject({
  message,
  session_id: sessionId.optional().meta({ description: 'A new session where left out' }),
  context: z
    .record(z.string().max(128), jsonValue)
    .optional()
    .meta({ description: 'Kept with the intent; decides nothing' }),
  dry_run: z.boolean().optional().meta({ description: 'Show the plan, and do not run it' }),
});

export const chatV3Body = z.strictObject({
  user_input: message,
  require_reasoning: z.boolean().optional(),
  session_id: sessionId.optional(),
});

export const operatorChatBody = z.strictObject({
  message,
  session_id: sessionId.optional(),
  user_id: z.string().min(1).max(128).optional(),
  metadata: z.record(z.string(), jsonValue).optional(),
});

export const chatAnswer = z.strictObject({
  response: z.string(),
  session_id: sessionId,
  intent_id: intentId.nullable(),
  plan_id: planId.nullable(),
  status: z.enum(['DONE', 'WAITING', 'ERROR']),
  mode: chatMode,
  provider: z
    .string()
    .meta({ description: 'fallback_local: no model was asked, or none answered' }),
  model: z.string(),
  warnings: z.array(z.string()),
  targets: z.array(z.string()),
  actions: z.array(planStep).meta({ description: 'The steps of the plan' }),
  confirm_token: confirmToken.optional().meta({ description: 'Shown this once' }),
  expires_at: instant.optional(),
  degraded: z.boolean(),
  correlation_id: correlationId,
});
export type ChatAnswer = z.infer<typeof chatAnswer>;

export const chatV3Answer = z.strictObject({
  ...chatAnswer.shape,
  reasoning: z.string().nullable().meta({ description: 'What the model said of its way there' }),
});
/** More of the model's words to the person; all of them together are the beginning of `response`, where that holds. */
export const chatText = z.strictObject({ delta: z.string().min(1).max(2000) });

/** A step of the plan that the answer is about has come further. */
export const chatStep = z.strictObject({
  plan_id: planId,
  step_id: stepId,
  type: z.string(),
  status: stepStatus,
  error: z.string().nullable().meta({ description: 'Its code, where the step failed' }),
});

/** What is told before an answer, while it comes about. */
export const chatPart = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('text'), data: chatText }),
  z.strictObject({ event: z.literal('step'), data: chatStep }),
]);
export type ChatPart = z.infer<typeof chatPart>;
/** Hears what is told before an answer; must not throw. */
export type HearChat = (part: ChatPart) => void;

export const operatorChatAnswer = z.strictObject({
  ...chatAnswer.shape,
  answered_by: z.enum(['switch', 'madre', 'gateway']),
});

export const sessionTurn = z.strictObject({
  seq: z.int(),
  at: instant,
  actor: z.string(),
  message: z.string(),
  response: z.string(),
  status: z.enum(['DONE', 'WAITING', 'ERROR']),
  intent_id: z.string().nullable(),
  plan_id: z.string().nullable(),
});
export type SessionTurn = z.infer<typeof sessionTurn>;

export const sessionTopic = z.enum(['code', 'audio', 'browser', 'system', 'chat', 'general']);
export type SessionTopic = z.infer<typeof sessionTopic>;

export const sessionAnswer = z.strictObject({
  session_id: sessionId,
  user_id: z.string(),
  mode: chatMode,
  topic: sessionTopic,
  summary: z.string(),
  message_count: z.int(),
  created_at: instant,
  updated_at: instant,
  messages: z.array(sessionTurn).meta({ description: 'The newest 50, oldest first' }),
});
export type SessionView = z.infer<typeof sessionAnswer>;

/** Who speaks to madre through the gateway, and how. Internal: between these two only. */
const spoken = {
  actor: z.string().max(64),
  /** The token behind the name. */
  principal: z.string().max(64).optional(),
  scope: z.enum(['viewer', 'operator', 'admin']),
  correlation_id: correlationId,
  /** One for all repeats of a request; a new one where left out. */
  intent_id: intentId.optional(),
};

/** `POST /chat` of madre. */
export const madreChatCall = z.strictObject({
  ...spoken,
  source: z.enum(['chat', 'operator', 'intent']),
  message,
  session_id: sessionId.nullable(),
  context: z.record(z.string(), jsonValue),
  dry_run: z.boolean(),
  require_reasoning: z.boolean(),
  /** The text is code of a task, not something to understand. */
  as_task: z.boolean(),
  task_type: scriptType.optional(),
  /** Of the tasks that come of it. */
  priority: spawnPriority.optional(),
});
export type MadreChatCall = z.infer<typeof madreChatCall>;

export const madreChatReply = z.strictObject({
  ...chatV3Answer.shape,
  error: z.string().nullable().meta({ description: 'Why the plan did not work: its code' }),
});
export type MadreChatReply = z.infer<typeof madreChatReply>;

/** `POST /control` of madre. */
export const madreControlCall = z.strictObject({
  ...spoken,
  target: z.string(),
  action: z.string(),
  host: z.string().nullable(),
  ttl_seconds: z.int().nullable(),
  reason: z.string().nullable(),
});
export type MadreControlCall = z.infer<typeof madreControlCall>;

export const madreControlReply = z.strictObject({
  intent_id: intentId,
  plan: planView,
  confirm_token: confirmToken.nullable(),
});
export type MadreControlReply = z.infer<typeof madreControlReply>;
