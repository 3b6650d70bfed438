import { z } from 'zod';
import { incident } from './incidents.ts';
import { chatAnswer, sessionId } from './chat.ts';
import { eventRecord } from './event.ts';
import { powerMode } from './operator.ts';
import { healthState, serviceTier } from './service.ts';
import { scriptType, taskState } from './task.ts';
import { correlationId, instant, jsonValue, windowId } from './text.ts';
import { windowMode } from './window.ts';

/** Answers of the older operator API (`/operator/api/…`), filled with what is known today. */

/** The window that ends last, as a bar of a UI shows it. */
export const windowBar = z.strictObject({
  mode: z.enum(['solo_madre', 'window_active']),
  window_id: windowId.nullable(),
  services: z.array(z.string()),
  ttl_seconds: z.number().nullable().meta({ description: 'null without a window or with a hold' }),
  degraded: z.boolean(),
  reason: z.string().nullable(),
});

export const operatorApiStatusAnswer = z.strictObject({
  status: z.enum(['ok', 'degraded']),
  policy: powerMode,
  core_services: z.record(z.string(), healthState),
  optional_services: z.record(z.string(), healthState),
  degraded: z.boolean(),
  window: windowBar,
  timestamp: instant,
});

export const modulesAnswer = z.strictObject({
  modules: z.record(
    z.string(),
    z.strictObject({
      status: healthState,
      port: z.number().nullable(),
      reason: z.string().nullable(),
      category: serviceTier,
    }),
  ),
});

export const topologyAnswer = z.strictObject({
  policy: powerMode,
  graph: z.strictObject({
    nodes: z.array(
      z.strictObject({
        id: z.string(),
        label: z.string(),
        status: z.enum(['UP', 'STARTING', 'DEGRADED', 'DOWN', 'OFF_BY_POLICY']),
        port: z.number().nullable(),
        type: serviceTier,
      }),
    ),
    edges: z.array(z.strictObject({ from: z.string(), to: z.string(), condition: z.string() })),
  }),
  policy_note: z.string(),
});

export const chatWindowAnswer = z.strictObject({
  status: z.enum(['open', 'none']),
  mode: windowMode.nullable(),
  window_id: windowId.nullable(),
  created_at: instant.nullable(),
  deadline: instant.nullable(),
  ttl_remaining_sec: z.number().nullable(),
  active_services: z.array(z.string()),
});

/** The answer of a chat under the names of all older versions. */
export const operatorApiChatAnswer = z.strictObject({
  ...chatAnswer.shape,
  message_id: z.string(),
  model_used: z.string(),
  fallback_source: z.string().nullable(),
  latency_ms: z.number(),
});

export const chatCommandBody = z.strictObject({
  command: z.string().min(1).max(64),
  args: z.record(z.string().max(64), jsonValue).optional(),
  message: z.string().max(4000).optional(),
  session_id: sessionId.optional(),
  correlation_id: correlationId.optional(),
});

export const chatCommandAnswer = z.strictObject({
  session_id: sessionId.nullable(),
  correlation_id: correlationId,
  command: z.string(),
  timestamp: instant,
  result: z.enum(['ok', 'error', 'off_by_policy']),
  error: z.string().nullable(),
  detail: z.string().nullable(),
  available_commands: z.array(z.string()).optional(),
  data: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'The answer of the route that does the same' }),
});

export const operatorApiEventsAnswer = z.strictObject({
  events: z.array(
    z.strictObject({
      id: z.string(),
      ts: instant,
      type: eventRecord.shape.type,
      severity: z.enum(['info', 'warn', 'crit']),
      module: z.string(),
      correlation_id: z.string().nullable(),
      summary: z.string(),
      payload: z.record(z.string(), z.unknown()),
    }),
  ),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
});

export const operatorApiMetricsAnswer = z.strictObject({
  metrics: z.array(
    z.strictObject({
      ts: instant,
      metric_name: z.string(),
      value: z.number(),
      module: z.literal('tentaculo_link'),
      dimensions: z.record(z.string(), z.string()),
    }),
  ),
  count: z.number(),
});

export const spawnerStatusAnswer = z.strictObject({
  status: z.enum(['ok', 'off_by_policy', 'spawner_unavailable']),
  allowed: z.boolean(),
  policy: powerMode,
  hint: z.string().nullable(),
  window: windowBar,
});

export const spawnerRunsAnswer = z.strictObject({
  runs: z.array(
    z.strictObject({
      id: z.string(),
      uuid: z.string(),
      name: z.string().nullable(),
      status: taskState,
      created_at: instant,
      started_at: instant.nullable(),
      ended_at: instant.nullable(),
      exit_code: z.number().nullable(),
      parent_task_id: z.string().nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
});

/** What hormiguero's ants have found; those in madre look also while it sleeps. */
export const hormigueroAnswer = z.strictObject({
  status: z.enum(['off_by_policy', 'ok']),
  policy: powerMode,
  message: z.string(),
  window: windowBar,
  incidents: z.array(incident),
  total: z.int(),
});

export const operatorTaskBody = z
  .strictObject({
    task_type: z.enum([...scriptType.options, 'chat']),
    payload: z.strictObject({
      text: z.string().min(1).max(4000).optional().meta({ description: 'For chat' }),
      code: z.string().min(1).max(4000).optional().meta({ description: 'For the others' }),
    }),
    metadata: z.record(z.string(), jsonValue).optional(),
  })
  .refine(
    ({ task_type, payload: { text, code } }) =>
      task_type === 'chat'
        ? text !== undefined && code === undefined
        : code !== undefined && text === undefined,
    { message: 'give text for chat, and code for the other types', path: ['payload'] },
  );
