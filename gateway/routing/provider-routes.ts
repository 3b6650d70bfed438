import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { providerId } from '../../contracts/provider.ts';
import { switchService } from '../../contracts/queues.ts';
import { routingMode, type RoutingMode } from '../../contracts/routing.ts';
import {
  switchControlAnswer,
  switchControlBody,
  providersView,
  providerResetAnswer,
} from '../../contracts/switch.ts';
import { weightsOf } from '../../domain/routing/settings.ts';
import { readJson } from '../../platform/network/post.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { answers, noBody, noQuery } from '../http/route-schema.ts';
import { isAwake } from '../reads/snapshot.ts';
import { controlExample, providersExample } from './examples.ts';
import { createPublished } from './published.ts';

const params = z.strictObject({ provider: providerId });
const resetMs = 5000;

/** The providers and the mode of switch; also while it sleeps. */
export const providerRoutes: Routes = (context) => async (app) => {
  const { store, clock, model } = context;
  const published = createPublished(store, clock);

  app.route({
    method: 'GET',
    url: '/switch/providers',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listProviders',
      tags: ['models'],
      summary: 'The providers, their models, and what is left alone now',
      querystring: noQuery,
      response: answers({ 200: providersView.meta({ examples: [providersExample] }) }),
    },
    handler: () => published.read(),
  });

  app.route({
    method: 'POST',
    url: '/switch/providers/:provider/reset',
    config: { rule: { scope: 'operator', bodyOptional: true } },
    schema: {
      operationId: 'resetProvider',
      tags: ['models'],
      summary: 'Forget the cooldowns and breakers of a provider',
      params,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({
        200: providerResetAnswer.meta({ examples: [{ provider: 'groq', cleared: 2 }] }),
      }),
    },
    handler: async (request) => {
      const { provider } = request.params;
      const { providers } = await published.read();
      if (!providers.some(({ id }) => id === provider))
        throw new VX11Error('provider_not_found', `No provider is called ${provider}.`);
      const { actor, principal = null, correlation_id } = actorOf(request);
      const event = {
        type: 'routing.reset' as const,
        at: clock(),
        actor,
        actor_id: principal,
        correlation_id,
        payload: { provider },
      };
      let cleared = await store().routing.state.resetProvider(provider, [event]);
      if (isAwake(await model.snapshot(), switchService, clock())) {
        const body = JSON.stringify({ provider });
        const answer = await context.switch.post(
          '/reset',
          body,
          null,
          AbortSignal.timeout(resetMs),
        );
        cleared = Math.max(cleared, ((await readJson(answer)) as { cleared: number }).cleared);
      }
      return { provider, cleared };
    },
  });

  app.route({
    method: 'POST',
    url: '/switch/control',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'controlSwitch',
      tags: ['models'],
      summary: 'Read or set the mode of requests that name none',
      querystring: noQuery,
      body: switchControlBody.meta({ examples: [{ action: 'set_mode', mode: 'ECO' }] }),
      response: answers({ 200: switchControlAnswer.meta({ examples: [controlExample] }) }),
    },
    handler: async ({ body: { action, mode } }) => {
      const { state } = store().routing;
      const modes = routingMode.options;
      if (action === 'list_modes')
        return { status: 'ok' as const, mode: null, profile: null, modes };
      if (action === 'set_mode') {
        if (mode === undefined)
          return { status: 'error' as const, mode: null, profile: null, modes };
        await state.write('mode', mode, clock());
      }
      const current: RoutingMode =
        routingMode.safeParse((await state.read('mode'))?.value).data ?? 'BALANCED';
      return { status: 'ok' as const, mode: current, profile: weightsOf[current], modes: null };
    },
  });
};
