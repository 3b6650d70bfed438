import { z } from 'zod';
import { reportKind, reportListAnswer } from '../../contracts/report.ts';
import type { Routes } from '../context.ts';
import { reportExample } from '../autonomy/examples.ts';
import { answers, limitQuery } from '../http/route-schema.ts';

/** Lists the reports that madre received. */
export const reportRoutes: Routes =
  ({ store }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/madre/reports',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'listReports',
        tags: ['madre'],
        summary:
          'Reports, newest first: how tasks of plans ended, and what the loop did until it was stopped',
        querystring: z.strictObject({ kind: reportKind.optional(), limit: limitQuery(200, 50) }),
        response: answers({
          200: reportListAnswer.meta({
            examples: [
              {
                reports: [
                  {
                    report_id: 'report-0f3a9b1c2d4e5f60',
                    at: reportExample.to,
                    kind: 'autonomy',
                    subject: reportExample.from,
                    status: 'stopped',
                    correlation_id: 'desk-4',
                    report: reportExample,
                  },
                ],
              },
            ],
          }),
        }),
      },
      handler: async ({ query }) => ({
        reports: await store().reports.list({
          ...(query.kind !== undefined && { kind: query.kind }),
          limit: query.limit,
        }),
      }),
    });
  };
