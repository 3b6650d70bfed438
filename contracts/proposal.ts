import { z } from 'zod';
import { madreCaller } from './chat.ts';
import { auditedVia, planId, planView, stepParams } from './plan.ts';
import { hostName, reasonText, serviceName } from './text.ts';

/** What an agent may propose. */
const proposedAction = z.enum(['open_window', 'close_window', 'stop', 'restart', 'run']);

/** The steps that an agent's tool fills in itself; madre works out the others from the action and its targets. */
const proposedStep = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('CLOSE_WINDOW'), params: stepParams.CLOSE_WINDOW }),
  z.strictObject({ type: z.literal('SPAWN'), params: stepParams.SPAWN }),
]);

/** `POST /propose` of madre: what an agent asks for through a tool. Internal: only the gateway calls it. */
export const madreProposeCall = z.strictObject({
  ...madreCaller,
  plan_id: planId.optional(),
  action: proposedAction,
  targets: z.array(serviceName).max(10),
  host: hostName.nullable(),
  ttl_seconds: z.int().min(1).max(3600).nullable(),
  steps: z.array(proposedStep).min(1).max(10).nullable(),
  reason: reasonText,
  dry_run: z.boolean(),
  /** For the audit. */
  via: auditedVia,
});
export type MadreProposeCall = z.infer<typeof madreProposeCall>;

export const madreProposeReply = z.strictObject({ plan: planView });
export type MadreProposeReply = z.infer<typeof madreProposeReply>;
