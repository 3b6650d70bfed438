import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import type { StoredDecision } from '../../contracts/routing-call.ts';
import {
  routingDecisionAnswer,
  decisionId,
  routingFeedbackAnswer,
  routingFeedbackBody,
  routingReplayAnswer,
} from '../../contracts/switch.ts';
import { explain } from '../../domain/routing/explain.ts';
import { replay } from '../../domain/routing/replay.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { answers, noBody, noQuery } from '../http/route-schema.ts';
import { isSameWho } from '../../contracts/principal.ts';
import { includes } from '../http/route-policy.ts';
import { decisionExample, feedbackExample, replayExample } from './examples.ts';

const params = z.strictObject({ decision_id: decisionId });
/** Decisions are written behind, so one that was just made may come a moment later. */
const written = { everyMs: 100, withinMs: 1500 };

/** What was decided, and why; also while switch sleeps. */
export const decisionRoutes: Routes = (context) => async (app) => {
  const find = async (id: string): Promise<StoredDecision> => {
    const found = await poll(() => context.store().routing.decisions.find(id), written);
    if (found !== null) return found;
    throw new VX11Error(
      'decision_not_found',
      `${id} is not known; decisions are kept for 30 days.`,
    );
  };

  app.route({
    method: 'GET',
    url: '/switch/decisions/:decision_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getRoutingDecision',
      tags: ['models'],
      summary: 'A decision with its inputs, in words and numbers, and what became of it',
      params,
      querystring: noQuery,
      response: answers({ 200: routingDecisionAnswer.meta({ examples: [decisionExample] }) }),
    },
    handler: async (request) => {
      const { record, ...decision } = await find(request.params.decision_id);
      return { decision, record, explanation: explain(record) };
    },
  });

  app.route({
    method: 'POST',
    url: '/switch/decisions/:decision_id/replay',
    config: { rule: { scope: 'viewer', countsAsRead: true, bodyOptional: true } },
    schema: {
      operationId: 'replayRoutingDecision',
      tags: ['models'],
      summary: 'Decide again from the stored inputs; nothing is sent',
      params,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: routingReplayAnswer.meta({ examples: [replayExample] }) }),
    },
    handler: async (request) => {
      const { decision_id, record } = await find(request.params.decision_id);
      const again = replay(record);
      const same = JSON.stringify(again) === JSON.stringify(record);
      return { decision_id, same, chosen: again.chosen, why: again.why };
    },
  });

  app.route({
    method: 'POST',
    url: '/switch/feedback',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'giveRoutingFeedback',
      tags: ['models'],
      summary: 'Say how good an answer was; switch learns it, also later if it sleeps',
      description: 'The owner of the decision and admins may; the first word counts.',
      querystring: noQuery,
      body: routingFeedbackBody.meta({ examples: [feedbackExample] }),
      response: answers({
        200: routingFeedbackAnswer.meta({
          examples: [{ status: 'ok', decision_id: feedbackExample.decision_id }],
        }),
      }),
    },
    handler: async (request) => {
      const { decision_id, score, note } = request.body;
      const decision = await find(decision_id);
      const caller = callerOf(request);
      const own = isSameWho(caller, { name: decision.owner, principal: decision.owner_id });
      if (!own && !includes(caller.scope, 'admin'))
        throw new VX11Error('forbidden', 'Only who asked for an answer and admins may judge it.');
      const at = context.clock();
      const given = { decision_id, at, owner_id: caller.principal, score, note: note ?? null };
      const first = await context.store().routing.feedback.give(given);
      return { status: first ? ('ok' as const) : ('known' as const), decision_id };
    },
  });
};
