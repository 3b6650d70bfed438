import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import {
  lane,
  laneId,
  laneListAnswer,
  putLaneBody,
  railsEventListAnswer,
} from '../../contracts/rails.ts';
import { callerOf } from '../http/authenticate.ts';
import type { Routes } from '../context.ts';
import { laneExample, railsEventExample } from './examples.ts';
import { answers, noQuery } from '../http/route-schema.ts';

const rule = { scope: 'admin' } as const;
const params = z.strictObject({ lane_id: laneId });
const newestEvents = 200;

/** The rails: where each kind of intent goes, and what each one led to. */
export const railsRoutes: Routes =
  ({ store, clock }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/madre/rails/lanes',
      config: { rule },
      schema: {
        operationId: 'listLanes',
        tags: ['rails'],
        summary: 'Every lane',
        querystring: noQuery,
        response: answers({
          200: laneListAnswer.meta({ examples: [{ lanes: [laneExample], map_version: 1 }] }),
        }),
      },
      handler: async () => {
        const lanes = await store().rails.lanes();
        return { lanes, map_version: Math.max(0, ...lanes.map((one) => one.map_version)) };
      },
    });

    app.route({
      method: 'PUT',
      url: '/madre/rails/lanes/:lane_id',
      config: { rule },
      schema: {
        operationId: 'putLane',
        tags: ['rails'],
        summary: 'Make a lane, or replace it',
        description:
          'constraints.task runs in a sandbox, constraints.open are services to open; the content of an intent is never run.',
        params,
        querystring: noQuery,
        body: putLaneBody.meta({
          examples: [
            {
              domain: 'structure',
              intent_type: 'fs_drift',
              owner_module: 'manifestator',
              escalation: 'propose',
            },
          ],
        }),
        response: answers({ 200: lane.meta({ examples: [laneExample] }) }),
      },
      handler: async (request) => {
        const { lane_id } = request.params;
        const { constraints = {}, invariants = [], ...body } = request.body;
        const actor = callerOf(request).name;
        const now = clock();
        const event = { type: 'rails.changed' as const, at: now, actor };
        const updated = { updated_at: new Date(now).toISOString(), updated_by: actor };
        const put = await store().rails.putLane(
          { lane_id, ...body, constraints, invariants, ...updated },
          [{ ...event, correlation_id: request.id, payload: { lane_id, ...body } }],
        );
        if (put !== null) return put;
        throw new VX11Error(
          'lane_taken',
          `Another lane has ${body.domain}/${body.intent_type}; change or delete that one.`,
        );
      },
    });

    app.route({
      method: 'DELETE',
      url: '/madre/rails/lanes/:lane_id',
      config: { rule },
      schema: {
        operationId: 'deleteLane',
        tags: ['rails'],
        summary: 'Delete a lane; intents that wait in it wait for another one',
        params,
        querystring: noQuery,
        response: answers({
          200: z
            .strictObject({ lane_id: laneId, deleted: z.literal(true) })
            .meta({ examples: [{ lane_id: 'fs_drift', deleted: true }] }),
        }),
      },
      handler: async (request) => {
        const { lane_id } = request.params;
        const by = { actor: callerOf(request).name, now: clock(), correlation_id: request.id };
        if (await store().rails.deleteLane(lane_id, by)) return { lane_id, deleted: true as const };
        throw new VX11Error('not_found', `There is no lane ${lane_id}.`);
      },
    });

    app.route({
      method: 'GET',
      url: '/madre/rails/events',
      config: { rule },
      schema: {
        operationId: 'listRailsEvents',
        tags: ['rails'],
        summary: 'Intents that went through the rails, newest first',
        querystring: noQuery,
        response: answers({
          200: railsEventListAnswer.meta({ examples: [{ events: [railsEventExample] }] }),
        }),
      },
      handler: async () => ({ events: await store().rails.events(newestEvents) }),
    });
  };
