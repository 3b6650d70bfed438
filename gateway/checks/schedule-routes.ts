import { z } from 'zod';
import { scheduleName } from '../../contracts/text.ts';
import { checkRunView } from '../../contracts/checks.ts';
import {
  pauseScheduleBody,
  hostBody,
  scheduleListAnswer,
  steeredSchedule,
} from '../../contracts/schedule.ts';
import type { Routes } from '../context.ts';
import { actorOf, callerOf } from '../http/authenticate.ts';
import { repeatKeyOf } from '../http/idempotency.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { runExample, scheduleExample } from './examples.ts';
import { createSchedules } from './schedules.ts';

const params = z.strictObject({ name: scheduleName });
const rule = { scope: 'operator', idempotent: true } as const;
const shared = {
  tags: ['checks'],
  params,
  headers: idempotencyHeaders,
  querystring: noQuery,
};

/** Shows what runs by itself, pauses that, and runs checks of a schedule now. */
export const scheduleRoutes: Routes = (context) => async (app) => {
  const { checks, windows, model, windowSchedules } = context;
  const schedules = createSchedules(context, model);

  app.route({
    method: 'GET',
    url: '/vx11/schedules',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listSchedules',
      tags: ['checks'],
      summary: 'When checks run, and windows open, by themselves',
      querystring: noQuery,
      response: answers({
        200: scheduleListAnswer.meta({ examples: [{ schedules: [scheduleExample], windows: [] }] }),
      }),
    },
    handler: async () => ({
      schedules: await schedules.list(),
      windows: await windowSchedules.list(),
    }),
  });

  for (const act of ['pause', 'resume'] as const) {
    app.route({
      method: 'POST',
      url: `/vx11/schedules/:name/${act}`,
      config: { rule },
      schema: {
        ...shared,
        operationId: `${act}Schedule`,
        summary: act === 'pause' ? 'Let a schedule start nothing' : 'Let a schedule run again',
        body: pauseScheduleBody.meta({ examples: [{ note: 'until the move is over' }] }),
        response: answers({ 200: steeredSchedule.meta({ examples: [scheduleExample] }) }),
      },
      handler: async (request) => {
        const { name } = request.params;
        const { host, note = `${act}d by ${callerOf(request).name}` } = request.body;
        const how = { act, by: actorOf(request), note };
        const opened = await windowSchedules.steer(name, host, how);
        return opened ?? schedules.steer(name, host, how);
      },
    });
  }

  app.route({
    method: 'POST',
    url: '/vx11/schedules/:name/trigger',
    config: { rule },
    schema: {
      ...shared,
      operationId: 'triggerSchedule',
      summary: 'Run what a schedule runs, now; also while it is paused',
      body: hostBody.meta({ examples: [{}] }),
      response: answers({ 202: checkRunView.meta({ examples: [runExample] }) }),
    },
    handler: async (request, reply) => {
      await windows.requireMadre();
      const { host, suites, open, flaky, name } = await schedules.find(
        request.params.name,
        request.body.host,
      );
      const what = suites.length === 0 ? {} : { services: suites };
      const body = { host, open, flaky, reason: `schedule ${name}, run by hand`, ...what };
      const run = await checks.start(body, actorOf(request), repeatKeyOf(request), 'schedule');
      return reply.code(202).send(run);
    },
  });
};
