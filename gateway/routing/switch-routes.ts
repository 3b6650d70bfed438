import type { FastifyRequest } from 'fastify';
import type { DecisionRecord } from '../../contracts/routing-decision.ts';
import type { RouteOptions } from '../../contracts/routing-call.ts';
import {
  routeAnswer,
  routeBody,
  switchChatAnswer,
  switchChatBody,
  switchTaskAnswer,
  switchTaskBody,
  type RouteAnswer,
  type RouteBody,
} from '../../contracts/switch.ts';
import { explain } from '../../domain/routing/explain.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { readJson } from '../../platform/network/post.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { askPlainly, hungUp, turnsOf, type PlainAnswer } from './ask-plainly.ts';
import { requireSwitch, type AskContext } from './ask-switch.ts';
import { chatAnswerExample, routeExample, taskAnswerExample } from './examples.ts';
import { FrontError } from './failure.ts';
import { createPublished } from './published.ts';

const rule = { scope: 'operator', countsAsRead: true } as const;

const optionsOf = ({ mode, task_type, max_cost_usd }: Partial<RouteBody>): RouteOptions => ({
  ...(mode !== undefined && { mode }),
  ...(task_type !== undefined && { task_type }),
  ...(max_cost_usd !== undefined && { max_cost_usd }),
});

/** Ask for a decision, or for an answer in a few words. A refusal is an answer. */
export const switchRoutes: Routes = (context) => async (app) => {
  const published = createPublished(context.store, context.clock);
  /** Whether a target runs on machines of the operator. */
  const placeOf = async (target: string | null): Promise<'local' | 'remote' | null> => {
    if (target === null) return null;
    const { providers } = await published.read();
    const provider = providers.find(({ id }) => target.startsWith(`${id}/`));
    return provider !== undefined && provider.service !== null ? 'local' : 'remote';
  };

  app.route({
    method: 'POST',
    url: '/switch/route',
    config: { rule },
    schema: {
      operationId: 'routeRequest',
      tags: ['models'],
      summary: 'Say which target would answer, and why; with dry_run false, answer by it',
      querystring: noQuery,
      body: routeBody.meta({ examples: [{ prompt: 'Translate this into French: good morning' }] }),
      response: answers({ 200: routeAnswer.meta({ examples: [routeExample] }) }),
    },
    handler: async (request, reply) => {
      const { body } = request;
      const turns = await invalidAs422(() => turnsOf(body));
      if (body.dry_run !== false) return dryRun(context, request, turns);
      const model = body.model ?? 'auto';
      const answer = await askPlainly(
        context,
        request,
        model,
        turns,
        optionsOf(body),
        hungUp(reply.raw),
      );
      return {
        ...refusalOf(answer),
        model: answer.target,
        decision_id: answer.decision_id,
        reply: answer.text,
        explanation: null,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/switch/chat',
    config: { rule },
    schema: {
      operationId: 'switchChat',
      tags: ['models'],
      summary: 'Answer a chat, in the older form of switch',
      querystring: noQuery,
      body: switchChatBody.meta({
        examples: [{ messages: [{ role: 'user', content: 'Say hello.' }] }],
      }),
      response: answers({ 200: switchChatAnswer.meta({ examples: [chatAnswerExample] }) }),
    },
    handler: async (request, reply) => {
      const { messages, provider, provider_hint, mode } = request.body;
      const model = provider ?? provider_hint ?? 'auto';
      const answer = await askPlainly(
        context,
        request,
        model,
        messages,
        optionsOf({ mode }),
        hungUp(reply.raw),
      );
      const { target } = answer;
      return {
        ...refusalOf(answer),
        provider: providerOf(target),
        decision: await placeOf(target),
        content: answer.text,
        reply: answer.text,
        latency_ms: answer.ms,
        engine_used: target,
        used_cli: false,
        fallback_reason: answer.tries > 1 ? `${answer.tries - 1} targets failed before` : null,
        tokens_used: answer.tokens,
        decision_id: answer.decision_id,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/switch/task',
    config: { rule },
    schema: {
      operationId: 'switchTask',
      tags: ['models'],
      summary: 'Answer a task of a type, in the older form of switch',
      querystring: noQuery,
      body: switchTaskBody.meta({
        examples: [{ task_type: 'summarize', payload: { prompt: 'Summarize: …' } }],
      }),
      response: answers({ 200: switchTaskAnswer.meta({ examples: [taskAnswerExample] }) }),
    },
    handler: async (request, reply) => {
      const { task_type, payload, provider_hint } = request.body;
      const turns = await invalidAs422(() => turnsOf(payload));
      const model = provider_hint ?? 'auto';
      const answer = await askPlainly(
        context,
        request,
        model,
        turns,
        { task_type },
        hungUp(reply.raw),
      );
      return {
        ...refusalOf(answer),
        task_type,
        provider: providerOf(answer.target),
        decision: await placeOf(answer.target),
        result: answer.text,
        latency_ms: answer.ms,
        queue_id: answer.decision_id,
        reasoning:
          answer.decision_id === null ? null : `GET /switch/decisions/${answer.decision_id}`,
      };
    },
  });
};

const providerOf = (target: string | null): string | null => target?.split('/', 1)[0] ?? null;

const refusalOf = ({ error, hint }: PlainAnswer) => ({
  status: error === null ? ('ok' as const) : ('ERROR' as const),
  error,
  hint,
});

/** On routes with our own errors, a wrong body is a 422 like any other. */
async function invalidAs422<T>(read: () => T): Promise<T> {
  try {
    return read();
  } catch (error) {
    throw error instanceof FrontError ? new VX11Error('invalid', error.message) : error;
  }
}

/** What would be decided now. Nothing is sent, counted or stored. */
async function dryRun(
  context: AskContext,
  request: FastifyRequest<{ Body: RouteBody }>,
  messages: { role: string; content: string }[],
): Promise<RouteAnswer> {
  const nothing = { model: null, decision_id: null, reply: null, explanation: null };
  try {
    await requireSwitch(context, request);
    const { name, principal } = callerOf(request);
    const call = {
      owner: name,
      owner_id: principal,
      may_open: false,
      correlation_id: request.id,
      surface: 'chat' as const,
      source: 'person' as const,
      options: optionsOf(request.body),
      woken: null,
    };
    const body = JSON.stringify({ model: request.body.model ?? 'auto', messages });
    const answer = await context.switch.post('/route', body, call, AbortSignal.timeout(routeMs));
    const decided = (await readJson(answer)) as DecisionRecord & {
      error?: { code: string; message: string };
    };
    if (decided.error !== undefined)
      return {
        ...nothing,
        status: 'ERROR',
        error: decided.error.code,
        hint: decided.error.message,
      };
    const explanation = explain(decided);
    return {
      ...nothing,
      status: 'ok',
      model: decided.chosen,
      explanation,
      error: null,
      hint: null,
    };
  } catch (error) {
    if (!(error instanceof FrontError)) throw error;
    return { ...nothing, status: 'ERROR', error: error.code, hint: error.hint ?? error.message };
  }
}

const routeMs = 5000;
