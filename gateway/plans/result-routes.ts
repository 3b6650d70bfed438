import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { resultAnswer } from '../../contracts/intent.ts';
import { taskRef, taskResult, type TaskView } from '../../contracts/task.ts';
import { correlationId } from '../../contracts/text.ts';
import { hasTaskEnded } from '../../domain/tasks/task.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { exampleCorrelation } from '../openapi/examples.ts';
import { resultExample } from './examples.ts';
import { planResult } from './plan-result.ts';
import { answers, waitQuery } from '../http/route-schema.ts';
import { taskResultExample } from '../tasks/examples.ts';
import { readTaskResult } from '../tasks/result.ts';

/** The task that a key names; null if no task's id begins with it and it may be another kind of id. */
async function findTask({ tasks }: GatewayContext, id: string): Promise<TaskView | null> {
  if (!taskRef.safeParse(id).success) return null;
  try {
    return await tasks.find(id);
  } catch (error) {
    const unknown = error instanceof VX11Error && error.code === 'spawn_not_found';
    if (!unknown || id.startsWith('spawn-')) throw error;
    return null;
  }
}

/** The result of any request, by any id that the caller has of it. */
export const resultRoutes: Routes = (context) => async (app) => {
  app.route({
    method: 'GET',
    url: '/vx11/result/:id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getResult',
      tags: ['results'],
      summary: 'The result of a task, a plan, or a request by its correlation id',
      description:
        'A task is named by its id, its uuid, or a unique prefix of either; everything else by its ' +
        'plan id or its correlation id. Up to 1 MiB of each stream of a task is shown, its beginning and its end; the ' +
        'whole stream is at artifacts/.output/stdout and stderr.',
      params: z.strictObject({ id: correlationId.meta({ examples: [exampleCorrelation] }) }),
      querystring: waitQuery,
      response: answers({
        200: z
          .union([taskResult, resultAnswer])
          .meta({ examples: [taskResultExample, resultExample] }),
      }),
    },
    handler: async ({ params: { id }, query }) => {
      const waitMs = (query.wait_seconds ?? 0) * 1000;
      const task = await findTask(context, id);
      if (task === null) {
        const found = await planResult(context, id, waitMs);
        if (found !== null) return found;
        throw new VX11Error('result_not_found', `Nothing is known under ${id}.`);
      }
      const { tasks, store } = context;
      if (waitMs > 0 && !hasTaskEnded(task.state)) await tasks.waitForEnd(task.spawn_id, waitMs);
      return readTaskResult(store(), task);
    },
  });
};
