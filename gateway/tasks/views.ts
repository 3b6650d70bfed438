import { z } from 'zod';
import {
  spawnId,
  spawnKey,
  spawnListAnswer,
  spawnState,
  spawnStatusAnswer,
} from '../../contracts/spawn.ts';
import { spawnCursorPattern } from '../../store/tasks/tasks.ts';
import type { Routes } from '../context.ts';
import { answers, cursorQuery, limitQuery, noQuery } from '../http/route-schema.ts';
import { spawnExampleId, spawnViewExample } from './examples.ts';
import { shownSpawn, spawnStatus } from './result.ts';

const limit = limitQuery(200, 50);
const cursor = cursorQuery(spawnCursorPattern);
const listQuery = { parent_id: spawnId.optional(), state: spawnState.optional(), limit, cursor };
const historyQuery = z.strictObject({
  ...listQuery,
  user_id: z.string().min(1).max(128).optional(),
});

/** Reads of tasks. */
export const spawnViewRoutes: Routes = (context) => async (app) => {
  const { spawns, store } = context;

  app.route({
    method: 'GET',
    url: '/spawn/:spawn_id/status',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getTaskStatus',
      tags: ['tasks'],
      summary: 'The short form of a result',
      params: z.strictObject({ spawn_id: spawnKey }),
      querystring: noQuery,
      response: answers({
        200: spawnStatusAnswer.meta({
          examples: [
            {
              spawn_id: spawnExampleId,
              status: 'completed',
              state: 'completed',
              exit_code: 0,
              stdout: '1\n',
              stderr: '',
              duration_ms: 6,
              memory_peak_mb: 14,
              cause: 'exit',
              parent_id: null,
            },
          ],
        }),
      }),
    },
    handler: async ({ params }) => spawnStatus(store(), await spawns.find(params.spawn_id)),
  });

  const list = (
    operationId: string,
    url: string,
    summary: string,
    querystring: typeof historyQuery,
  ) =>
    app.route({
      method: 'GET',
      url,
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId,
        tags: ['tasks'],
        summary,
        querystring,
        response: answers({
          200: spawnListAnswer.meta({
            examples: [{ spawns: [spawnViewExample], next_cursor: null }],
          }),
        }),
      },
      handler: async ({ query }) => {
        const { limit: most, ...filter } = query;
        const named = Object.entries(filter).filter(([, value]) => value !== undefined);
        const found = await store().spawns.list({ limit: most, ...Object.fromEntries(named) });
        return { ...found, spawns: found.spawns.map(shownSpawn) };
      },
    });
  list('listTasks', '/vx11/spawns', 'All tasks, newest first', historyQuery);
  list(
    'listTasksByParent',
    '/spawn/list',
    'The same, by parent and state',
    z.strictObject(listQuery) as never,
  );
};
