import { z } from 'zod';
import { planSource } from './plan.ts';
import { scriptType, spawnPriority, type ScriptType, type SpawnPriority } from './spawn.ts';
import { correlationId, hostName, instant, jsonValue } from './text.ts';

export const intentDomain = z.enum(['system', 'power', 'audio', 'general']);
export type IntentDomain = z.infer<typeof intentDomain>;

/** What people may want; everything else is talk. */
export const intentAction = z.enum([
  'delete',
  'open_window',
  'close_window',
  'extend_window',
  'hold',
  'run',
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

/** The language that somebody speaks, and is answered in. */
export type Language = 'en' | 'es';

/** What a text was understood as. */
export interface Intent {
  domain: IntentDomain;
  action: IntentAction;
  /** Services of the catalog, and core services, that it names. */
  targets: string[];
  /** Hosts that it names, also where there is none of that name; at most one can be meant. */
  hosts: string[];
  /** It says "all" or the like, which means everything there is where no target is named. */
  all: boolean;
  ttl_seconds: number | null;
  reason: string | null;
  /** What to run, where it says so between backticks. */
  code: string | null;
  /** Of the task; shell where left out. */
  task_type?: ScriptType;
  /** Of the task; P1 where left out. */
  priority?: SpawnPriority;
  confidence: number;
  text: string;
  language: Language;
  warnings: string[];
  parsed_by: 'rules' | 'llm';
  /** Services that may be meant, where that is not clear. */
  candidates?: string[];
  /** Why a person has to agree to it: only a model found it, or the words may not be an order. */
  doubt?: 'only_model' | 'unclear_order';
}

/** One link of the append-only log of what was asked. `hash` = SHA-256 over `prev_hash` and all other members. */
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

/** What is said of an intent before the log gives it its place in the chain. */
export type NewIntent = Omit<IntentRecord, 'seq' | 'at' | 'prev_hash' | 'hash'> & { at: number };

export const intentStatus = z.enum(['QUEUED', 'RUNNING', 'WAITING', 'DONE', 'ERROR']);
export const intentMode = z.enum(['MADRE', 'SWITCH', 'FALLBACK', 'SPAWNER']);

export const intentBody = z.strictObject({
  intent_type: z
    .enum(['chat', 'plan', 'exec', 'spawn'])
    .optional()
    .meta({ description: 'chat where left out; plan shows what would be done and does not do it' }),
  text: z.string().min(1).max(4000).optional(),
  payload: z
    .strictObject({
      text: z.string().min(1).max(4000).optional(),
      code: z
        .string()
        .min(1)
        .max(4000)
        .optional()
        .meta({ description: 'Runs as a task; needs the spawner awake' }),
      task_type: scriptType.optional().meta({ description: 'Of code; shell where left out' }),
    })
    .optional()
    .meta({ description: 'text, or code of a task, where there is no text beside it' }),
  require: z
    .strictObject({ switch: z.boolean().optional(), spawner: z.boolean().optional() })
    .optional(),
  priority: spawnPriority.optional().meta({ description: 'Of its task; P1 where left out' }),
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

export const controlBody = z.strictObject({
  target: z.string().min(1).max(64),
  action: z.string().min(1).max(64),
  params: z
    .strictObject({
      ttl_seconds: z.int().min(1).max(3600).optional(),
      reason: z.string().max(500).optional(),
      host: hostName.optional().meta({ description: 'Where a service is on several hosts' }),
    })
    .optional(),
  confirm_token: z.string().min(1).max(128).optional(),
});
export const controlAnswer = z.strictObject({
  status: z.enum(['accepted', 'pending_confirmation', 'denied']),
  action_id: z.string().nullable(),
  confirm_token: z.string().optional(),
  reason: z.string(),
  plan_id: z.string().nullable(),
});
