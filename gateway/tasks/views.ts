import { z } from 'zod';
import {
  taskId,
  taskRef,
  taskListAnswer,
  taskState,
  taskStatusAnswer,
} from '../../contracts/task.ts';
import { taskCursorPattern } from '../../store/tasks/tasks.ts';
import type { Routes } from '../context.ts';
import { answers, cursorQuery, limitQuery, noQuery } from '../http/route-schema.ts';
import { taskExampleId, taskViewExample } from './examples.ts';
import { shownTask, taskStatus } from './result.ts';

const limit = limitQuery(200, 50);
const cursor = cursorQuery(taskCursorPattern);
const listQuery = { parent_id: taskId.optional(), state: taskState.optional(), limit, cursor };
const historyQuery = z.strictObject({
  ...listQuery,
  user_id: z.string().min(1).max(128).optional(),
});

/** Reads of tasks. */
export const taskViewRoutes: Routes = (context) => async (app) => {
  const { tasks, store } = context;

  app.route({
    method: 'GET',
    url: '/spawn/:spawn_id/status',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getTaskStatus',
      tags: ['tasks'],
      summary: 'The short form of a result',
      params: z.strictObject({ spawn_id: taskRef }),
      querystring: noQuery,
      response: answers({
        200: taskStatusAnswer.meta({
          examples: [
            {
              spawn_id: taskExampleId,
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
    handler: async ({ params }) => taskStatus(store(), await tasks.find(params.spawn_id)),
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
          200: taskListAnswer.meta({
            examples: [{ spawns: [taskViewExample], next_cursor: null }],
          }),
        }),
      },
      handler: async ({ query }) => {
        const { limit: most, ...filter } = query;
        const named = Object.entries(filter).filter(([, value]) => value !== undefined);
        const found = await store().tasks.list({ limit: most, ...Object.fromEntries(named) });
        return { ...found, spawns: found.spawns.map(shownTask) };
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
