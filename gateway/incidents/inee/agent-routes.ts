import { VX11Error } from '../../../contracts/errors.ts';
import { registerAgentAnswer, registerAgentBody } from '../../../contracts/inee.ts';
import { isoTime } from '../../../platform/time.ts';
import { callerOf } from '../../http/authenticate.ts';
import { answers, noQuery } from '../../http/route-schema.ts';
import type { IneeRoutes } from './context.ts';
import { colonyExample } from './examples.ts';

const example = { agent_id: 'scout-1', colony_id: 'garden', agent_type: 'scanner' };

/** Registers the agents of colonies. */
export const agentRoutes: IneeRoutes =
  ({ store, clock }) =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/hormiguero/inee/agents/register',
      config: { rule: { scope: 'admin' } },
      schema: {
        operationId: 'registerColonyAgent',
        tags: ['incidents'],
        summary: 'Register an agent of a colony, or change its type; 400 for an unknown colony',
        querystring: noQuery,
        body: registerAgentBody.meta({ examples: [example] }),
        response: answers({
          200: registerAgentAnswer.meta({
            examples: [{ ...example, registered_at: colonyExample.registered_at }],
          }),
        }),
      },
      handler: async (request) => {
        const { agent_id, colony_id, agent_type } = request.body;
        const at = clock();
        const known = await store().inee.registerAgent(
          { ...request.body, registered_at: at },
          {
            at,
            what: 'agent_registered',
            colony_id,
            actor: callerOf(request).name,
            correlation_id: request.id,
            detail: { agent_id, agent_type },
          },
        );
        // the older API has 400 here
        if (!known) throw new VX11Error('bad_request', `Register the colony ${colony_id} first.`);
        return { ...request.body, registered_at: isoTime(at) };
      },
    });
  };
