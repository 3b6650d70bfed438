import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import { taskCallbackAnswer, taskCallbackBody } from '../../contracts/rails.ts';
import { isSameWho } from '../../contracts/principal.ts';
import { taskReport } from '../../domain/tasks/task-report.ts';
import { callerOf } from '../http/authenticate.ts';
import type { Routes } from '../context.ts';
import { includes } from '../http/route-policy.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';

const example = { spawn_id: 'spawn-0f3a9b1c2d4e5f60', correlation_id: 'demo-1' };

/** Takes reports on tasks that have ended. */
export const callbackRoutes: Routes =
  ({ store, clock }) =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/madre/callback/spawn',
      config: { rule: { scope: 'operator', idempotent: true } },
      schema: {
        operationId: 'reportTask',
        tags: ['rails'],
        summary: 'Report how a spawned task ended; the first report of a task stays',
        description:
          'For your own tasks, or for any with an admin token. A report of madre on a task that it started replaces this one.',
        headers: idempotencyHeaders,
        querystring: noQuery,
        body: taskCallbackBody.meta({
          examples: [{ ...example, status: 'success', result: { exit_code: 0 }, duration_ms: 812 }],
        }),
        response: answers({
          200: taskCallbackAnswer.meta({
            examples: [{ ...example, status: 'stored', message: 'the report is kept' }],
          }),
        }),
      },
      handler: async (request) => {
        const { spawn_id, status, correlation_id = request.id, ...rest } = request.body;
        const caller = callerOf(request);
        const owner = await store().tasks.ownerOf(spawn_id);
        // a caller without the right gets the same answer as for an unknown task
        if (owner === null || !(isSameWho(caller, owner) || includes(caller.scope, 'admin'))) {
          throw new VX11Error('spawn_not_found', `${spawn_id} is not known here.`);
        }
        const received = taskReport({
          report_id: newId('report'),
          at: clock(),
          actor: caller.name,
          spawn_id,
          status,
          correlation_id,
          report: rest,
        });
        const { report, added } = await store().reports.add(received.report, received.events);
        const same = added || report.status === status;
        return {
          spawn_id,
          correlation_id: report.correlation_id,
          status: same ? ('stored' as const) : ('error' as const),
          message: same
            ? 'the report is kept'
            : `${spawn_id} was reported as ${report.status} before`,
        };
      },
    });
  };
