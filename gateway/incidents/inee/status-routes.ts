import { z } from 'zod';
import {
  colonyEventListAnswer,
  colonyKeyListAnswer,
  ineeStatusAnswer,
} from '../../../contracts/inee.ts';
import { answers, limitQuery, noQuery } from '../../http/route-schema.ts';
import { ineeSource } from './colonies.ts';
import type { IneeRoutes } from './context.ts';
import { colonyEventExample } from './examples.ts';
import { readKeyFile } from './key-file.ts';

/** Shows what colonies did, which keys are live, and which parts of INEE are on. */
export const ineeStatusRoutes: IneeRoutes =
  ({ store, inee }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/hormiguero/inee/status',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'getIneeStatus',
        tags: ['incidents'],
        summary: 'Which parts of INEE are on, and how many intents of colonies wait',
        querystring: noQuery,
        response: answers({
          200: ineeStatusAnswer.meta({
            examples: [
              {
                status: 'ok',
                enabled: true,
                remote_plane_enabled: true,
                execution_enabled: false,
                colonies_count: 1,
                pending_intents: 1,
                builder_available: false,
                rewards_available: true,
              },
            ],
          }),
        }),
      },
      handler: async () => ({
        status: 'ok' as const,
        enabled: true as const,
        remote_plane_enabled: inee.remotePlane,
        execution_enabled: inee.execution,
        colonies_count: (await store().inee.colonies()).length,
        pending_intents: await store().inee.pending(ineeSource),
        builder_available: false as const,
        rewards_available: true as const,
      }),
    });

    app.route({
      method: 'GET',
      url: '/hormiguero/inee/audit',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'listColonyEvents',
        tags: ['incidents'],
        summary: 'What colonies did in the last 30 days, newest first',
        querystring: z.strictObject({ limit: limitQuery(500, 50) }),
        response: answers({
          200: colonyEventListAnswer.meta({ examples: [{ events: [colonyEventExample] }] }),
        }),
      },
      handler: async (request) => ({ events: await store().inee.events(request.query.limit) }),
    });

    app.route({
      method: 'GET',
      url: '/hormiguero/inee/keys',
      config: { rule: { scope: 'admin' } },
      schema: {
        operationId: 'listColonyKeys',
        tags: ['incidents'],
        summary: 'Which keys are live, without their secrets, or why none can be used',
        querystring: noQuery,
        response: answers({
          200: colonyKeyListAnswer.meta({
            examples: [
              {
                file: '/var/lib/vx11/inee.keys',
                problem: null,
                keys: [{ colony_id: 'garden', key_id: '2026-11' }],
              },
            ],
          }),
        }),
      },
      handler: async () => {
        const { keys, problem } = await readKeyFile(inee.keysFile);
        return {
          file: inee.keysFile,
          problem,
          keys: keys.map(({ colony_id, key_id }) => ({ colony_id, key_id })),
        };
      },
    });
  };
