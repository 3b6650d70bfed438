import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { serviceDetail, serviceListAnswer } from '../../contracts/service.ts';
import { hostName, serviceName } from '../../contracts/text.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { serviceExample } from '../openapi/examples.ts';
import { serviceDetails } from './details.ts';

const read = { scope: 'viewer' } as const;

/** Shows services with their settings from the compose file and what was last seen of them. */
export const serviceViewRoutes: Routes =
  ({ model, clock }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/vx11/services',
      config: { rule: read },
      schema: {
        operationId: 'listServices',
        tags: ['status'],
        summary: 'Every service of the compose files',
        querystring: noQuery,
        response: answers({
          200: serviceListAnswer.meta({ examples: [{ services: [serviceExample] }] }),
        }),
      },
      handler: async () => ({ services: serviceDetails(await model.snapshot(), clock()) }),
    });

    app.route({
      method: 'GET',
      url: '/vx11/services/:name',
      config: { rule: read },
      schema: {
        operationId: 'getService',
        tags: ['status'],
        summary: 'One service',
        params: z.strictObject({ name: serviceName }),
        querystring: z.strictObject({
          host: hostName.optional().meta({ description: 'Required if several hosts have it' }),
        }),
        response: answers({ 200: serviceDetail.meta({ examples: [serviceExample] }) }),
      },
      handler: async ({ params: { name }, query: { host } }) => {
        const all = serviceDetails(await model.snapshot(), clock());
        const named = all.filter((one) => one.name === name && one.host === (host ?? one.host));
        const [first, second] = named;
        if (first === undefined) {
          const where = host === undefined ? 'any compose file' : `the compose file of ${host}`;
          const detail = `${name} is not in ${where}; GET /vx11/services lists all services.`;
          throw new VX11Error('not_found', detail);
        }
        if (second !== undefined) {
          const problem = `name one of the hosts of ${name}: ${named.map((one) => one.host).join(', ')}`;
          throw new VX11Error('invalid', problem, { fields: [{ field: 'host', problem }] });
        }
        return first;
      },
    });
  };
