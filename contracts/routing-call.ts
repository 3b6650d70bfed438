import { z } from 'zod';
import { routingSurface } from './front-forms.ts';
import { dataPolicy, failureKind, routingMode, targetId, routingTaskType } from './routing.ts';
import { decisionRecord } from './routing-decision.ts';
import { correlationId } from './text.ts';

/** How one request wants to be routed; what is left out follows from its text and from the mode of the installation. */
export const routeOptions = z.strictObject({
  mode: routingMode.optional(),
  task_type: routingTaskType.optional(),
  max_cost_usd: z.number().min(0).max(10_000).optional(),
  deadline_ms: z.int().min(100).max(3_600_000).optional(),
  wake: z.enum(['never', 'allow']).optional(),
  fallback: z.enum(['on', 'off']).optional(),
  data: dataPolicy.optional(),
  /** Turns of one conversation have the same; of one owner only. */
  conversation: z.string().min(1).max(200).optional(),
  seed: z.int().min(0).max(0xffff_ffff).optional(),
});
export type RouteOptions = z.infer<typeof routeOptions>;

/** What the gateway reports of a service that it was asked to wake. */
export const wakeReport = z.strictObject({
  decision_id: z.string(),
  service: z.string(),
  host: z.string(),
  ok: z.boolean(),
  /** Its host had no room, which says nothing about the service. */
  full: z.boolean().optional(),
  /** Why it did not wake. */
  why: z.string().max(300).optional(),
  seconds: z.number().min(0),
});
export type WakeReport = z.infer<typeof wakeReport>;

/** Who a request comes from, the most urgent first: what waits for a person goes before what nobody waits for. */
export const routingSource = z.enum(['audio', 'person', 'madre', 'task', 'batch']);
export type RoutingSource = z.infer<typeof routingSource>;
/** What the gateway reports of a program that it ran for a target: its task, or why there is none. */
export const programReport = z.strictObject({
  decision_id: z.string(),
  target: targetId,
  spawn_id: z.string().nullable(),
  why: z.string().max(300).nullable(),
});
export type ProgramReport = z.infer<typeof programReport>;

/** Who asks, and how; it goes to switch as one header, beside the untouched body of the caller. */
export const routingCall = z.strictObject({
  owner: z.string(),
  owner_id: z.string(),
  /** The token may open windows. */
  may_open: z.boolean(),
  correlation_id: correlationId,
  surface: routingSurface,
  source: routingSource,
  options: routeOptions,
  woken: wakeReport.nullable(),
  ran: programReport.optional(),
  /** The gateway can announce a wait to the caller: then switch says so before it waits in line. */
  announces: z.boolean().optional(),
  /** The decision of a request whose wait the caller knows of now. */
  announced: z.string().optional(),
});
export type RoutingCall = z.infer<typeof routingCall>;

/** The header of `routingCall`, as JSON in base64. */
export const routingCallHeader = 'x-vx11-routing';
/** A call in its header. */
export const routingHeaders = (call: RoutingCall): Record<string, string> => ({
  [routingCallHeader]: btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(call)))),
});

/** Marks the answer that asks for a wake; its body is a `wakeRequest`. */
export const wakeHeader = 'x-vx11-wake-request';

/** The answer that asks the gateway to wake a service, and to call again with what became of it. */
export const wakeRequest = z.strictObject({
  decision_id: z.string(),
  target: targetId,
  service: z.string(),
  host: z.string(),
  window_seconds: z.number(),
  /** How long a wake is expected to take; absent if its window is only made longer. */
  about_seconds: z.number().min(0).optional(),
  /** How long it may take, in seconds. */
  within_seconds: z.number(),
});
export type WakeRequest = z.infer<typeof wakeRequest>;

/** An answer of another target that asks for a wake for the next requests; its value is a `wakeRequest` as JSON in base64. */
export const prewarmHeader = 'x-vx11-prewarm-request';

/** Marks the answer that says that a request has to wait; its body is a `waitRequest`. */
export const waitHeader = 'x-vx11-wait-request';

/** The answer that asks the gateway to tell the caller that it waits, and to call again. */
export const waitRequest = z.strictObject({ decision_id: z.string() });
export type WaitRequest = z.infer<typeof waitRequest>;

/** Marks the answer that asks for a program; its body is a `programRequest`. */
export const programHeader = 'x-vx11-program-request';

/** The answer that asks the gateway to run a program as a task of the caller, and to call again with what became of it. */
export const programRequest = z.strictObject({
  decision_id: z.string(),
  target: targetId,
  /** A line of a shell, and what it gets as `"$@"`. */
  code: z.string(),
  args: z.array(z.string()),
  stdin: z.string(),
  egress: z.array(z.string()),
  memory_mb: z.int().min(16).max(32_768),
  within_seconds: z.int().min(1).max(3600),
});
export type ProgramRequest = z.infer<typeof programRequest>;

/** One try of a request at one target. */
export const routingTry = z.strictObject({
  target: targetId,
  key: z.string().nullable().meta({ description: 'The variable of the key, never its value' }),
  failure: failureKind.nullable().meta({ description: 'Null for a complete answer' }),
  status: z.int().nullable(),
  detail: z.string().max(300).nullable(),
  ms: z.number(),
  first_token_ms: z.number().nullable(),
});
export type RoutingTry = z.infer<typeof routingTry>;

/** What became of a request. */
export const routingOutcome = z.strictObject({
  ok: z.boolean(),
  target: targetId.nullable(),
  code: z.string().nullable().meta({ description: 'The error that the caller got' }),
  tokens_in: z.number().nullable(),
  tokens_out: z.number().nullable(),
  usage_from: z.enum(['provider', 'estimate']).nullable(),
  cost_usd: z.number().nullable(),
  finish: z.string().nullable(),
  /** What was learned as its quality, and in which round of its type: feedback replaces it. */
  reward: z.strictObject({ outcome: z.number(), round: z.int() }).nullable(),
});
export type RoutingOutcome = z.infer<typeof routingOutcome>;

/** A decision as it is stored, with what became of it. */
export const storedDecision = z.strictObject({
  decision_id: z.string(),
  at_ms: z.number(),
  owner: z.string(),
  owner_id: z.string(),
  correlation_id: correlationId,
  surface: z.string(),
  dropped: z.array(z.string()).meta({ description: 'Fields that the target could not take' }),
  record: decisionRecord,
  tries: z.array(routingTry),
  outcome: routingOutcome.nullable().meta({ description: 'Null while it runs' }),
});
export type StoredDecision = z.infer<typeof storedDecision>;
