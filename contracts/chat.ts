import { z } from 'zod';
import { patchId } from './patch.ts';
import {
  auditedVia,
  confirmToken,
  intentId,
  planId,
  planStep,
  planView,
  stepId,
  stepStatus,
} from './plan.ts';
import { scriptType, taskPriority } from './task.ts';
import { tokenScope } from './token.ts';
import { correlationId, instant, jsonValue } from './text.ts';

export const sessionId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'letters, digits and . _ : - only');

export const chatMessage = z.string().min(1).max(4000);

export const chatMode = z.enum(['MADRE', 'AUDIO_ENGINEER']);
export type ChatMode = z.infer<typeof chatMode>;

export const chatBody = z.strictObject({
  message: chatMessage,
  session_id: sessionId.optional().meta({ description: 'Default: a new session' }),
  context: z
    .record(z.string().max(128), jsonValue)
    .optional()
    .meta({ description: 'Stored with the intent; has no effect' }),
  dry_run: z.boolean().optional().meta({ description: 'Return the plan without running it' }),
});

export const chatV3Body = z.strictObject({
  user_input: chatMessage,
  require_reasoning: z.boolean().optional(),
  session_id: sessionId.optional(),
});

export const operatorChatBody = z.strictObject({
  message: chatMessage,
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
  provider: z.string().meta({ description: 'fallback_local: no model was used, or none answered' }),
  model: z.string(),
  warnings: z.array(z.string()),
  targets: z.array(z.string()),
  actions: z.array(planStep).meta({ description: 'The steps of the plan' }),
  confirm_token: confirmToken.optional().meta({ description: 'Shown only once' }),
  expires_at: instant.optional(),
  degraded: z.boolean(),
  correlation_id: correlationId,
});
export type ChatAnswer = z.infer<typeof chatAnswer>;

export const chatV3Answer = z.strictObject({
  ...chatAnswer.shape,
  reasoning: z.string().nullable().meta({ description: "The model's reasoning" }),
});
/** The next part of the model's text. If the answer uses that text, all parts joined are the beginning of `response`. */
export const chatText = z.strictObject({ delta: z.string().min(1).max(2000) });

/** A step of the answer's plan has changed its status. */
export const chatStep = z.strictObject({
  plan_id: planId,
  step_id: stepId,
  type: z.string(),
  status: stepStatus,
  error: z.string().nullable().meta({ description: 'The error code if the step failed' }),
});

/** An event that is streamed before the final answer. */
export const chatPart = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('text'), data: chatText }),
  z.strictObject({ event: z.literal('step'), data: chatStep }),
]);
export type ChatPart = z.infer<typeof chatPart>;
/** Receives the events that precede an answer; must not throw. */
export type OnChatPart = (part: ChatPart) => void;

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
  messages: z.array(sessionTurn).meta({ description: 'The 50 newest, in ascending order' }),
});
export type SessionView = z.infer<typeof sessionAnswer>;

/** A chat session in a list. */
export const sessionSummary = z.strictObject({
  session_id: sessionId,
  started_at: instant,
  last_at: instant,
  messages: z.int(),
  first_message: z.string().meta({ description: 'Of those that are kept: the 50 newest' }),
});
export type SessionSummary = z.infer<typeof sessionSummary>;

export const sessionListAnswer = z.strictObject({ sessions: z.array(sessionSummary) });

/** The caller, as the gateway reports it to madre. Internal: used only between these two. */
export const madreCaller = {
  actor: z.string().max(64),
  /** The token behind the name. */
  principal: z.string().max(64).optional(),
  scope: tokenScope,
  correlation_id: correlationId,
  /** The same for every retry of a request; madre creates one if absent. */
  intent_id: intentId.optional(),
};

/** `POST /chat` of madre. */
export const madreChatCall = z.strictObject({
  ...madreCaller,
  source: z.enum(['chat', 'operator', 'intent', 'mcp']),
  message: chatMessage,
  session_id: sessionId.nullable(),
  context: z.record(z.string(), jsonValue),
  dry_run: z.boolean(),
  /** With `dry_run`: what only reads is answered all the same. */
  answer_reads: z.boolean().optional(),
  require_reasoning: z.boolean(),
  /** True if `message` is the code of a task; it is then not parsed as language. */
  as_task: z.boolean(),
  task_type: scriptType.optional(),
  /** The priority of the tasks that the message starts. */
  priority: taskPriority.optional(),
  /** How an agent said it. */
  via: auditedVia.optional(),
});
export type MadreChatCall = z.infer<typeof madreChatCall>;

export const madreChatReply = z.strictObject({
  ...chatV3Answer.shape,
  /** How sure madre is of what was meant, from 0 to 1. */
  confidence: z.number(),
  error: z.string().nullable().meta({ description: 'The error code if the plan failed' }),
});
export type MadreChatReply = z.infer<typeof madreChatReply>;

/** `POST /control` of madre. */
export const madreControlCall = z.strictObject({
  ...madreCaller,
  /** Null if it names a window. */
  target: z.string().nullable(),
  window_id: z.string().optional(),
  action: z.string(),
  host: z.string().nullable(),
  ttl_seconds: z.int().nullable(),
  reason: z.string().nullable(),
  dry_run: z.boolean().optional(),
});
export type MadreControlCall = z.infer<typeof madreControlCall>;

/** `POST /revert` of madre. */
export const madreRevertCall = z.strictObject({ ...madreCaller, patch_id: patchId });
export type MadreRevertCall = z.infer<typeof madreRevertCall>;
export const madreRevertReply = z.strictObject({
  plan: planView,
  confirm_token: confirmToken.nullable().optional().meta({ description: 'Not in a repeat' }),
});
export type MadreRevertReply = z.infer<typeof madreRevertReply>;

export const madreControlReply = z.strictObject({
  intent_id: intentId,
  plan: planView,
  confirm_token: confirmToken.nullable(),
});
export type MadreControlReply = z.infer<typeof madreControlReply>;
