import { z } from 'zod';
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
  seconds: z.number().min(0),
});
export type WakeReport = z.infer<typeof wakeReport>;

/** Who asks, and how; it goes to switch as one header, beside the untouched body of the caller. */
export const routingCall = z.strictObject({
  owner: z.string(),
  owner_id: z.string(),
  /** The token may open windows. */
  may_open: z.boolean(),
  correlation_id: correlationId,
  options: routeOptions,
  woken: wakeReport.nullable(),
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
  /** How long it may take, in seconds. */
  within_seconds: z.number(),
});
export type WakeRequest = z.infer<typeof wakeRequest>;

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
