import { z } from 'zod';
import { scheduleName } from '../../contracts/text.ts';
import {
  addScheduleBody,
  removeScheduleQuery,
  windowScheduleView,
} from '../../contracts/window-schedule.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { windowScheduleExample } from './examples.ts';

/** Adds and removes windows that open by themselves; they are listed and paused with the schedules of checks. */
export const windowScheduleRoutes: Routes = (context) => async (app) => {
  const { windowSchedules } = context;
  const response = windowScheduleView.meta({ examples: [windowScheduleExample] });

  app.route({
    method: 'POST',
    url: '/vx11/schedules',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'addSchedule',
      tags: ['schedules'],
      summary: 'Let a window open by itself, at the times of cron in a time zone',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: addScheduleBody.meta({
        examples: [
          {
            name: 'backup',
            services: ['db'],
            cron: '30 2 * * *',
            timezone: 'Europe/Madrid',
            ttl_seconds: 2700,
            reason: 'nightly backup',
          },
        ],
      }),
      response: answers({ 201: response }),
    },
    handler: async (request, reply) => {
      const added = await windowSchedules.add(request.body, actorOf(request));
      return reply.code(201).send(added);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/vx11/schedules/:name',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'removeSchedule',
      tags: ['schedules'],
      summary: 'Remove a scheduled window that was added here; a window that it has opened stays',
      params: z.strictObject({ name: scheduleName }),
      querystring: removeScheduleQuery,
      response: answers({ 200: response }),
    },
    handler: (request) =>
      windowSchedules.remove(request.params.name, request.query.host, actorOf(request)),
  });
};
