import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { controlAnswer, controlBody } from '../../contracts/intent.ts';
import { confirmToken, type PlanView } from '../../contracts/plan.ts';
import { isSameWho, type Who } from '../../contracts/principal.ts';
import { actorOf, callerOf } from '../http/authenticate.ts';
import type { MadreControlReply } from '../../contracts/chat.ts';
import { keepAnswersMs } from '../../store/system/idempotency.ts';
import { intentUnderWay } from '../../store/plans/intents.ts';
import { intentOfRepeats } from '../http/idempotency.ts';
import type { Routes } from '../context.ts';
import { exampleIntentId, examplePlanId, exampleToken } from './examples.ts';
import { isNotPlanned } from './plan-result.ts';
import { createPlanControl } from './control.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';

/** One action on one target, for programs, with the same plans and tokens as chat. */
export const madreControlRoutes: Routes = (context) => async (app) => {
  const plans = createPlanControl(context);

  /**
   * The plan that waits for this token, or that an earlier try of this request may have confirmed with it; null if there
   * is none. Throws `wrong_confirm_token` if the token was made for another call.
   */
  const planOfToken = async (
    { claim }: Pick<FastifyRequest, 'claim'>,
    { target, window_id, action, params = {} }: z.infer<typeof controlBody>,
    token: string,
  ): Promise<PlanView | null> => {
    if (!confirmToken.safeParse(token).success) return null;
    const { plans: records } = context.store();
    const plan =
      (await records.waitingFor(token)) ??
      (claim?.again === true
        ? await records.decidedWith(token, context.clock() - keepAnswersMs)
        : null);
    if (plan === null) return null;
    const asked =
      plan.source === 'control' ? await context.store().intents.find(plan.intent_id!) : null;
    const { host = null, ttl_seconds } = params;
    const payload = asked?.payload;
    const isSame =
      payload !== undefined &&
      (payload['target'] ?? undefined) === target &&
      payload['window_id'] === window_id &&
      payload['action'] === action &&
      payload['host'] === host &&
      (ttl_seconds === undefined || payload['ttl_seconds'] === ttl_seconds);
    if (isSame) return plan;
    const detail =
      'This token is for another call: send it with the target, action and host that it was given for.';
    throw new VX11Error('wrong_confirm_token', detail);
  };

  /**
   * The result of an earlier request that was not answered: its plan; null if no plan will be made; undefined if the
   * request never reached madre. Throws `madre_unavailable` while madre may still be planning it.
   */
  const cutOff = async (intent_id: string): Promise<MadreControlReply | null | undefined> => {
    const { intents, plans: records } = context.store();
    const asked = await intents.find(intent_id);
    if (asked === null) return undefined;
    const plan = await records.ofIntent(intent_id);
    if (plan !== null) return { intent_id, plan, confirm_token: null };
    if (isNotPlanned(asked, context.clock())) return null;
    throw intentUnderWay();
  };

  const isConfirmedBy = async ({ plan_id, confirmation }: PlanView, who: Who): Promise<boolean> => {
    if (confirmation === null || confirmation.approvals.length < confirmation.quorum) return false;
    const people = await context.store().plans.people(plan_id);
    return people?.approvers.some((one) => isSameWho(one, who)) === true;
  };

  app.route({
    method: 'POST',
    url: '/madre/control',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'requestControl',
      tags: ['madre'],
      summary: 'Do one thing to one service, or confirm it',
      description:
        'pending_confirmation comes with a confirm_token: the same call with it confirms; with another target, action or ' +
        'host it is 403. dry_run returns the plan and starts nothing. denied gives the reason, and what is possible. A target is a service, system, storage, audio, or a part of VX11, ' +
        'such as shub. A repeat with an Idempotency-Key gives the first answer without its confirm_token.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: controlBody.meta({ examples: [{ target: 'redis', action: 'stop' }] }),
      response: answers({
        200: controlAnswer.meta({
          examples: [
            {
              status: 'pending_confirmation',
              action_id: exampleIntentId,
              confirm_token: exampleToken,
              reason: 'HIGH: it takes something away (stop)',
              plan_id: examplePlanId,
            },
          ],
        }),
      }),
    },
    handler: async (request) => {
      const { body } = request;
      const { target = null, window_id, action, params = {}, confirm_token } = body;
      const { dry_run = false } = body;
      const denied = (reason: string) => ({
        status: 'denied' as const,
        action_id: null,
        reason,
        plan_id: null,
      });
      if (confirm_token !== undefined) {
        const plan = await planOfToken(request, body, confirm_token);
        if (plan === null) return denied('No action waits for this token.');
        if (plan.status !== 'WAITING' && (await isConfirmedBy(plan, callerOf(request)))) {
          const { plan_id, intent_id: action_id } = plan;
          return { status: 'accepted' as const, action_id, reason: 'confirmed', plan_id };
        }
        try {
          const after = await plans.confirm(plan.plan_id, confirm_token, actorOf(request));
          const { plan_id, intent_id: action_id } = after;
          if (after.status !== 'WAITING') {
            return { status: 'accepted' as const, action_id, reason: 'confirmed', plan_id };
          }
          const reason = 'others have to confirm too';
          return { status: 'pending_confirmation' as const, action_id, reason, plan_id };
        } catch (error) {
          const refused =
            error instanceof VX11Error && /^(self_approval|confirm_token|plan_)/.test(error.code);
          if (refused) return denied(error.message);
          throw error;
        }
      }
      const { name, principal, scope } = callerOf(request);
      // a dry run leaves nothing that a repeat could continue
      const repeated = dry_run ? undefined : intentOfRepeats(request);
      const before = repeated === undefined ? undefined : await cutOff(repeated);
      if (before === null) {
        const reason =
          'not_planned: madre stopped before it had a plan, and nothing was done. Send the request again with a new key.';
        return { ...denied(reason), action_id: repeated! };
      }
      const answer =
        before ??
        (await context.madre.control({
          ...(repeated !== undefined && { intent_id: repeated }),
          actor: name,
          principal,
          scope,
          correlation_id: request.id,
          target,
          ...(window_id !== undefined && { window_id }),
          ...(dry_run && { dry_run }),
          action,
          host: params.host ?? null,
          ttl_seconds: params.ttl_seconds ?? null,
          reason: params.reason ?? null,
        }));
      const { plan, intent_id: action_id } = answer;
      const { risk, risk_because, error } = plan;
      const plan_id = dry_run ? null : plan.plan_id;
      if (error !== null)
        return { status: 'denied' as const, action_id, reason: error.detail, plan_id };
      const reason = `${risk}: ${risk_because}`;
      if (dry_run) return { status: 'dry_run' as const, action_id, reason, plan_id, plan };
      if (plan.status !== 'WAITING') {
        return { status: 'accepted' as const, action_id, reason, plan_id };
      }
      const { confirm_token: shown } = answer;
      return {
        status: 'pending_confirmation' as const,
        action_id,
        ...(shown !== null && { confirm_token: shown }),
        reason,
        plan_id,
      };
    },
  });
};
