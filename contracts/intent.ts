import { z } from 'zod';
import { planSource, planView } from './plan.ts';
import { scriptType, taskPriority, type ScriptType, type TaskPriority } from './task.ts';
import { correlationId, hostName, instant, jsonValue, windowId } from './text.ts';

export const intentDomain = z.enum(['system', 'power', 'audio', 'general']);
export type IntentDomain = z.infer<typeof intentDomain>;

/** The actions a text can ask for; any other text is `chat`. */
export const intentAction = z.enum([
  'delete',
  'open_window',
  'close_window',
  'extend_window',
  'hold',
  'run',
  'check',
  'stop',
  'restart',
  'suspend',
  'cleanup',
  'patch',
  'update',
  'migrate',
  'restore',
  'analyze',
  'list',
  'help',
  'chat',
]);
export type IntentAction = z.infer<typeof intentAction>;

/** The language of a text and of its answer. */
export type Language = 'en' | 'es';

/** A question to a role. `text` is empty if the action needs none, or if the text leaves it open. */
export type AskedRole =
  | { type: 'CALL_HERMES'; action: 'discover' | 'search' | 'pull'; text: string }
  | { type: 'CALL_HORMIGUERO'; action: 'scan'; text: string }
  | { type: 'CALL_MANIFESTATOR'; action: 'audit'; text: string }
  | { type: 'CALL_SWITCH'; action: 'route'; text: string };

/** The parsed meaning of a text. */
export interface Intent {
  domain: IntentDomain;
  action: IntentAction;
  /** The catalog and core services that the text names. */
  targets: string[];
  /** The hosts that the text names, whether they exist or not; more than one is an error. */
  hosts: string[];
  /** True if the text says "all" or similar: without a named target, it applies to everything. */
  all: boolean;
  ttl_seconds: number | null;
  reason: string | null;
  /** The code to run, taken from between backticks. */
  code: string | null;
  /** The language of the task; default: shell. */
  task_type?: ScriptType;
  /** The priority of the task; default: P1. */
  priority?: TaskPriority;
  confidence: number;
  text: string;
  language: Language;
  warnings: string[];
  parsed_by: 'rules' | 'llm';
  /** The possible services, if the text is ambiguous. */
  candidates?: string[];
  /** The window itself, if the request names one instead of services. */
  window_id?: string;
  /** What the text asks a role for, in so many words. */
  role?: AskedRole;
  /** Why a person has to confirm it: only a model recognized the intent, or the text may not be an order. */
  doubt?: 'only_model' | 'unclear_order';
}

/** One row of the append-only log of requests. `hash` = SHA-256 over `prev_hash` and all other members. */
export const intentRecord = z.strictObject({
  seq: z.number(),
  intent_id: z.string(),
  at: instant,
  source: planSource,
  actor: z.string(),
  session_id: z.string().nullable(),
  correlation_id: correlationId,
  payload: z.record(z.string(), z.unknown()),
  prev_hash: z.string(),
  hash: z.string(),
});
export type IntentRecord = z.infer<typeof intentRecord>;

/** An intent before the log assigns its position in the hash chain. */
export type NewIntent = Omit<IntentRecord, 'seq' | 'at' | 'prev_hash' | 'hash'> & { at: number };

export const intentStatus = z.enum(['QUEUED', 'RUNNING', 'WAITING', 'DONE', 'ERROR']);
export const intentMode = z.enum(['MADRE', 'SWITCH', 'FALLBACK', 'SPAWNER']);

export const intentBody = z.strictObject({
  intent_type: z
    .enum(['chat', 'plan', 'exec', 'spawn'])
    .optional()
    .meta({ description: 'Default: chat. plan returns the plan without running it' }),
  text: z.string().min(1).max(4000).optional(),
  payload: z
    .strictObject({
      text: z.string().min(1).max(4000).optional(),
      code: z
        .string()
        .min(1)
        .max(4000)
        .optional()
        .meta({ description: 'Runs as a task; requires an open window of the spawner' }),
      task_type: scriptType
        .optional()
        .meta({ description: 'The language of code. Default: shell' }),
    })
    .optional()
    .meta({ description: 'text, or the code of a task, if the text field above is absent' }),
  require: z
    .strictObject({ switch: z.boolean().optional(), spawner: z.boolean().optional() })
    .optional(),
  priority: taskPriority.optional().meta({ description: 'The priority of its task. Default: P1' }),
  correlation_id: correlationId.optional(),
  user_id: z.string().min(1).max(128).optional(),
  metadata: z.record(z.string(), jsonValue).optional(),
});
export type IntentBody = z.infer<typeof intentBody>;

export const intentAnswer = z.strictObject({
  correlation_id: correlationId,
  status: intentStatus,
  mode: intentMode,
  provider: z.string().nullable(),
  response: z.record(z.string(), z.unknown()).nullable(),
  error: z.string().nullable(),
  degraded: z.boolean(),
  timestamp: instant,
});
export type IntentAnswer = z.infer<typeof intentAnswer>;

export const resultAnswer = z.strictObject({
  correlation_id: correlationId,
  status: intentStatus,
  mode: intentMode,
  provider: z.string().nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: z.string().nullable(),
  timestamp: instant,
});
export type ResultAnswer = z.infer<typeof resultAnswer>;

export const controlBody = z
  .strictObject({
    target: z.string().min(1).max(64).optional(),
    window_id: windowId
      .optional()
      .meta({ description: 'Instead of a target: close or extend this window' }),
    action: z.string().min(1).max(64),
    params: z
      .strictObject({
        ttl_seconds: z.int().min(1).max(3600).optional(),
        reason: z.string().max(500).optional(),
        host: hostName
          .optional()
          .meta({ description: 'Required if several hosts have the service' }),
      })
      .optional(),
    dry_run: z
      .boolean()
      .optional()
      .meta({ description: 'Return the plan that would run, and start nothing' }),
    confirm_token: z.string().min(1).max(128).optional(),
  })
  .refine((body) => (body.target === undefined) !== (body.window_id === undefined), {
    message: 'name either target or window_id',
    path: ['target'],
  })
  .refine((body) => body.dry_run !== true || body.confirm_token === undefined, {
    message: 'a dry run confirms nothing',
    path: ['dry_run'],
  });
export const controlAnswer = z.strictObject({
  status: z.enum(['accepted', 'pending_confirmation', 'denied', 'dry_run']),
  action_id: z.string().nullable(),
  confirm_token: z.string().optional(),
  reason: z.string(),
  plan_id: z.string().nullable(),
  plan: planView.optional().meta({ description: 'Of a dry run: as it would run' }),
});
