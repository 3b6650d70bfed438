import { z } from 'zod';
import {
  autonomyStatusAnswer,
  autonomyStopAnswer,
  decisionListAnswer,
  type AutonomyReport,
} from '../../contracts/autonomy.ts';
import { newId } from '../../contracts/ids.ts';
import { autonomyActor } from '../../domain/autonomy/decide.ts';
import { startOfDay } from '../../store/autonomy/llm-calls.ts';
import type { Store } from '../../store/index.ts';
import type { AutonomyState } from '../../store/autonomy/autonomy.ts';
import { callerOf } from '../http/authenticate.ts';
import { steerAutonomy } from './control.ts';
import type { Routes } from '../context.ts';
import { decisionExample, reportExample, statusExample } from './examples.ts';
import { answers, idempotencyHeaders, noBody, noQuery, limitQuery } from '../http/route-schema.ts';

const hourMs = 3_600_000;

const instant = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

/** Starts madre's loop, stops it with a report, and shows its decisions. */
export const autonomyRoutes: Routes = (context) => async (app) => {
  const { store, clock } = context;

  app.route({
    method: 'POST',
    url: '/madre/v3/autonomous/start',
    config: { rule: { scope: 'admin', idempotent: true, bodyOptional: true } },
    schema: {
      operationId: 'startAutonomy',
      tags: ['autonomy'],
      summary: 'Let madre observe and act by itself; again changes nothing',
      description:
        'A decision becomes a plan under the same rules as any other: MED and HIGH wait for a person. Takes no body, or {}.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: autonomyStatusAnswer.meta({ examples: [statusExample] }) }),
    },
    handler: async (request) => {
      const by = callerOf(request).name;
      // Temporal first: if it is unavailable nothing starts, and a round that runs early finds the switch off
      await steerAutonomy(context, 'resume', `started by ${by}`);
      const event = { type: 'autonomy.started' as const, at: clock(), actor: by };
      await store().autonomy.start(by, clock(), [{ ...event, correlation_id: request.id }]);
      await steerAutonomy(context, 'round', 'at once').catch((error: unknown) => {
        request.log.warn(
          { err: error },
          'no round could be triggered; the first one runs on schedule',
        );
      });
      return statusOf(store(), clock());
    },
  });

  app.route({
    method: 'POST',
    url: '/madre/v3/autonomous/stop',
    config: { rule: { scope: 'operator', idempotent: true, bodyOptional: true } },
    schema: {
      operationId: 'stopAutonomy',
      tags: ['autonomy'],
      summary: 'End the loop, with a report of what it did; again changes nothing',
      description:
        'Its plans continue to run or wait, and intents of scanners are still taken up. The report is kept, see GET /madre/reports. Takes no body, or {}.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({
        200: autonomyStopAnswer.meta({
          examples: [{ running: false, was_running: true, report: reportExample }],
        }),
      }),
    },
    handler: async (request) => {
      const by = callerOf(request).name;
      const { autonomy } = store();
      const before = await autonomy.state();
      const now = clock();
      const report = await reportOf(store(), before, before.running ? now : before.stopped_at);
      const event = { type: 'autonomy.stopped' as const, at: now, actor: by };
      const payload = report === null ? {} : { ...report };
      const stopped = await autonomy.stop(by, now, [
        { ...event, correlation_id: request.id, payload },
      ]);
      if (stopped && report !== null) {
        const about = { kind: 'autonomy', subject: report.from, status: 'stopped' } as const;
        const named = { report_id: newId('report'), at: now, correlation_id: request.id };
        await store().reports.add({ ...named, ...about, report }, []);
      }
      // the switch alone is enough: a later round finds it off
      await steerAutonomy(context, 'pause', `stopped by ${by}`).catch((error: unknown) => {
        request.log.warn(
          { err: error },
          'the schedule could not be paused; madre pauses it when it next connects',
        );
      });
      return { running: false as const, was_running: stopped, report };
    },
  });

  app.route({
    method: 'GET',
    url: '/madre/v3/autonomous/status',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getAutonomyStatus',
      tags: ['autonomy'],
      summary: 'Does the loop run, and what did it decide last?',
      querystring: noQuery,
      response: answers({ 200: autonomyStatusAnswer.meta({ examples: [statusExample] }) }),
    },
    handler: () => statusOf(store(), clock()),
  });

  app.route({
    method: 'GET',
    url: '/madre/v3/autonomous/decisions',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listAutonomyDecisions',
      tags: ['autonomy'],
      summary: 'Decisions, newest first, each with its reasons, alternatives and result',
      querystring: z.strictObject({ limit: limitQuery(100, 20) }),
      response: answers({
        200: decisionListAnswer.meta({ examples: [{ decisions: [decisionExample] }] }),
      }),
    },
    handler: async ({ query }) => ({
      decisions: await store().autonomy.list(query.limit),
    }),
  });
};

async function statusOf(
  { autonomy, llmCalls }: Store,
  now: number,
): Promise<z.infer<typeof autonomyStatusAnswer>> {
  const [state, [last], acted, spent] = await Promise.all([
    autonomy.state(),
    autonomy.list(1),
    autonomy.acted(now - hourMs, 1000),
    llmCalls.spent({ since: startOfDay(now), account: autonomyActor }),
  ]);
  return {
    running: state.running,
    interval_seconds: state.interval_seconds,
    started_at: instant(state.started_at),
    started_by: state.started_by,
    stopped_at: instant(state.stopped_at),
    rounds: state.rounds,
    last_round_at: instant(state.last_round_at),
    last_change_at: instant(state.last_change_at),
    last_decision: last === undefined ? null : brief(last),
    budget: {
      actions_last_hour: acted.length,
      llm_tokens_today: spent.tokens,
      llm_cost_usd_today: spent.cost_usd,
    },
  };
}

const brief = (one: typeof decisionExample) => {
  const { decision_id, at, key, action, by, reasons, plan_id, plan_status, effect } = one;
  return { decision_id, at, key, action, by, reasons, plan_id, plan_status, effect };
};

/** What the loop did since its last start; null if it never ran. */
async function reportOf(
  { autonomy, llmCalls }: Store,
  state: AutonomyState,
  until: number | null,
): Promise<AutonomyReport | null> {
  const { started_at, rounds } = state;
  if (started_at === null || until === null) return null;
  const [counts, spent] = await Promise.all([
    autonomy.counts(started_at),
    llmCalls.spent({ since: started_at, account: autonomyActor }),
  ]);
  return {
    from: new Date(started_at).toISOString(),
    to: new Date(until).toISOString(),
    rounds,
    decisions: counts.action,
    effects: counts.effect,
    plans: counts.plan_status,
    llm: spent,
  };
}
