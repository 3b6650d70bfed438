import type { MadreChatCall, MadreChatReply } from '../../../contracts/chat.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import { newId } from '../../../contracts/ids.ts';
import { createMadrePort, type MadrePort } from '../../../gateway/madre/client.ts';
import { connectTemporal, type PlanMessages } from '../../../gateway/temporal/port.ts';
import { planText } from '../../../domain/plans/plan-state.ts';
import { keptTokenOf, newConfirmToken, planHashOf } from '../../../platform/plan-token.ts';
import { decided } from '../../../activities/plans/decide.ts';
import type { Decision } from '../../../activities/plans/plan-activities.ts';
import type { Store } from '../../../store/index.ts';
import { aStep, aWaitingPlan } from '../../domain/plans/plan-samples.ts';
import { seedStack, startGateway, type Gateway, type GatewayChange } from '../fixture.ts';

/** The chat calls that madre received, in order. */
export type MadreCalls = MadreChatCall[];

export interface PlanFixture extends Gateway {
  heard: MadreCalls;
  operator: string;
  /** Posts as an operator, or with another token. */
  post(url: string, payload: object, token?: string): Promise<{ status: number; body: Body }>;
  get(url: string, token?: string): Promise<{ status: number; body: Body }>;
  /** Stores a plan that waits, and returns it with its confirm token. */
  waiting(change?: Partial<PlanView>, actorId?: string): Promise<{ plan: PlanView; token: string }>;
  /** The messages that the runs of plans received. */
  said: string[];
}
// tests read many shapes; the contracts' own tests check them
// oxlint-disable-next-line typescript/no-explicit-any
type Body = any;

/** A gateway with a madre that answers at once, and plans that are decided as their workflow would. */
export async function startPlanFixture(
  change: { madre?: Partial<MadrePort> } & GatewayChange = {},
): Promise<PlanFixture> {
  const heard: MadreCalls = [];
  const said: string[] = [];
  let store: Store;
  const madre: MadrePort = {
    ...createMadrePort('http://127.0.0.1:1'),
    chat: async (call) => {
      heard.push(call);
      return replyOf(call);
    },
    ...change.madre,
  };
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    plans: planRun(() => store, said),
  };
  const gateway = await startGateway({
    ...change,
    deps: { madre, temporal, ...change.deps },
  });
  store = gateway.store;
  await seedStack(store);
  const operator = await gateway.token('operator');
  const answer = async (options: Parameters<Gateway['inject']>[0]) => {
    const { statusCode: status, body } = await gateway.inject(options);
    return { status, body: JSON.parse(body) };
  };
  return {
    ...gateway,
    heard,
    said,
    operator,
    post: (url, payload, token = operator) =>
      answer({ method: 'POST', url, payload, headers: { 'x-vx11-token': token } }),
    get: (url, token = operator) => answer({ url, headers: { 'x-vx11-token': token } }),
    async waiting(more = {}, actorId) {
      const now = Date.now();
      const wanted = aWaitingPlan({
        plan_id: newId('plan'),
        correlation_id: newId('run'),
        steps: [aStep()],
        confirmation: {
          quorum: 1,
          no_self_approval: false,
          approvals: [],
          expires_at: new Date(now + 60_000).toISOString(),
        },
        created_at: new Date(now).toISOString(),
        ...more,
      });
      const plan = { ...wanted, plan_hash: planHashOf(planText(wanted)) };
      const token = newConfirmToken();
      await gateway.store.plans.insert(plan, keptTokenOf(plan.plan_hash, token), [], actorId);
      return { plan, token };
    },
  };
}

/** Decides in the store, as the run of a plan does; messages with the same id count once. */
export function planRun(store: () => Store, said: string[]): PlanMessages {
  const words = new Map<string, Promise<PlanView>>();
  const decide = (decision: Decision, updateId: string): Promise<PlanView> => {
    const key = `${decision.plan_id} ${updateId}`;
    const known = words.get(key);
    if (known !== undefined) return known;
    said.push(`${decision.kind} by ${decision.actor}`);
    const word = store()
      .plans.change(decision.plan_id, (plan, kept, people) =>
        decided(plan, kept, people, decision, Date.now()),
      )
      .then((plan) => plan!);
    words.set(key, word);
    return word;
  };
  return {
    confirm: (plan_id, message, { updateId }) =>
      decide({ kind: 'confirm', plan_id, ...message }, updateId),
    renewToken: (plan_id, message, { updateId }) =>
      decide({ kind: 'renew', plan_id, ...message }, updateId),
    reject: (plan_id, message, { updateId }) =>
      decide({ kind: 'reject', plan_id, ...message }, updateId),
    cancel: (plan_id, message, { updateId }) =>
      decide({ kind: 'cancel', plan_id, ...message }, updateId),
  };
}

export const replyOf = (call: MadreChatCall): MadreChatReply => ({
  response: `heard: ${call.message}`,
  session_id: call.session_id ?? 'session-new',
  intent_id: 'intent-00000001',
  plan_id: null,
  status: 'DONE',
  mode: 'MADRE',
  provider: 'fallback_local',
  model: 'rules',
  warnings: [],
  targets: [],
  actions: [],
  degraded: false,
  correlation_id: call.correlation_id,
  reasoning: call.require_reasoning ? 'because' : null,
  confidence: 0.9,
  error: null,
});
