import { z } from 'zod';
import {
  hormigueroAnswer,
  spawnerRunsAnswer,
  spawnerStatusAnswer,
} from '../../contracts/operator-api.ts';
import { taskCursorPattern } from '../../store/tasks/tasks.ts';
import type { Routes } from '../context.ts';
import { answers, cursorQuery, limitQuery, noBody, noQuery } from '../http/route-schema.ts';
import { scanOnce } from '../incidents/scan.ts';
import { isAwake } from '../reads/snapshot.ts';
import { taskViewExample } from '../tasks/examples.ts';
import { spawnerState } from '../tasks/spawner-availability.ts';
import { barExample } from './overview.ts';
import { windowBarOf } from './window-bar.ts';

const read = { scope: 'viewer' } as const;
/** Incidents in one answer, the open ones first; GET /hormiguero/incidents has them all. */
const mostShown = 100;
const asleepMessage = 'hormiguero is asleep by policy; only what it alone can look at is left out.';

/** The spawner and its runs, and what hormiguero's ants found. */
export const operatorRoleRoutes: Routes = (context) => async (app) => {
  const { statusCache, model, clock, store } = context;

  app.route({
    method: 'GET',
    url: '/operator/api/spawner/status',
    config: { rule: read },
    schema: {
      operationId: 'getSpawnerStatus',
      tags: ['operator'],
      summary: 'Does the spawner take tasks now?',
      querystring: noQuery,
      response: answers({
        200: spawnerStatusAnswer.meta({
          examples: [
            { status: 'ok', allowed: true, policy: 'windowed', hint: null, window: barExample },
          ],
        }),
      }),
    },
    handler: async () => {
      const { mode } = await statusCache.status();
      const snapshot = await model.snapshot();
      const state = spawnerState(snapshot, clock());
      return {
        status: state.open ? ('ok' as const) : state.error,
        allowed: state.open,
        policy: mode,
        hint: state.open ? null : state.hint,
        window: windowBarOf(snapshot, clock()),
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/operator/api/spawner/runs',
    config: { rule: read },
    schema: {
      operationId: 'listSpawnerRuns',
      tags: ['operator'],
      summary: 'Tasks, newest first; see GET /vx11/spawns',
      querystring: z.strictObject({
        limit: limitQuery(200, 20),
        cursor: cursorQuery(taskCursorPattern),
      }),
      response: answers({
        200: spawnerRunsAnswer.meta({
          examples: [
            {
              runs: [
                {
                  id: taskViewExample.spawn_id,
                  uuid: taskViewExample.spawn_uuid,
                  name: null,
                  status: 'completed',
                  created_at: taskViewExample.created_at,
                  started_at: null,
                  ended_at: null,
                  exit_code: 0,
                  parent_task_id: null,
                },
              ],
              next_cursor: null,
            },
          ],
        }),
      }),
    },
    handler: async ({ query: { limit, cursor } }) => {
      const found = await store().tasks.list({ limit, ...(cursor !== undefined && { cursor }) });
      const runs = found.spawns.map((view) => ({
        id: view.spawn_id,
        uuid: view.spawn_uuid,
        name: view.name,
        status: view.state,
        created_at: view.created_at,
        started_at: view.started_at,
        ended_at: view.finished_at,
        exit_code: view.exit_code,
        parent_task_id: view.parent_id,
      }));
      return { runs, next_cursor: found.next_cursor };
    },
  });

  const hormiguero = async (): Promise<z.infer<typeof hormigueroAnswer>> => {
    const { mode } = await statusCache.status();
    const snapshot = await model.snapshot();
    const awake = isAwake(snapshot, 'hormiguero', clock());
    const shown = await Promise.all(
      (['open', 'acknowledged', 'resolved'] as const).map((one) =>
        store().incidents.list({ status: one, limit: mostShown }),
      ),
    );
    const open = await store().incidents.open();
    return {
      status: awake ? 'ok' : 'off_by_policy',
      policy: mode,
      message: awake ? 'hormiguero is awake.' : asleepMessage,
      window: windowBarOf(snapshot, clock()),
      incidents: shown.flatMap(({ incidents }) => incidents).slice(0, mostShown),
      total: Object.values(open).reduce((sum, count) => sum + count, 0),
    };
  };
  const hormigueroSchema = (operationId: string, summary: string) => ({
    operationId,
    tags: ['operator'],
    summary,
    querystring: noQuery,
    response: answers({
      200: hormigueroAnswer.meta({
        examples: [
          {
            status: 'off_by_policy',
            policy: 'solo_madre',
            message: asleepMessage,
            window: barExample,
            incidents: [],
            total: 0,
          },
        ],
      }),
    }),
  });
  for (const [url, operationId, summary] of [
    [
      '/operator/api/hormiguero/status',
      'getHormigueroStatus',
      'Is hormiguero awake, and what was found?',
    ],
    ['/operator/api/hormiguero/incidents', 'listIncidents', 'What hormiguero has found'],
  ] as const) {
    app.route({
      method: 'GET',
      url,
      config: { rule: read },
      schema: hormigueroSchema(operationId, summary),
      handler: hormiguero,
    });
  }
  app.route({
    method: 'POST',
    url: '/operator/api/hormiguero/scan/once',
    config: { rule: { scope: 'operator', bodyOptional: true } },
    schema: {
      ...hormigueroSchema('scanOnce', 'Let every ant look now'),
      body: noBody.meta({ examples: [{}] }),
    },
    handler: async (request) => {
      await scanOnce(context, request.id);
      return hormiguero();
    },
  });
};
