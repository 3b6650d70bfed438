import {
  chatWindowAnswer,
  modulesAnswer,
  operatorApiStatusAnswer,
  topologyAnswer,
  windowBar,
} from '../../contracts/operator-api.ts';
import type { HealthState, ServiceStatus } from '../../contracts/service.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { callerOf } from '../http/authenticate.ts';
import { exampleId, statusExample } from '../openapi/examples.ts';
import { findServices, type Snapshot } from '../reads/snapshot.ts';
import { remaining } from '../windows/answers.ts';
import { openOnes } from '../windows/operator-window.ts';
import { windowBarOf, type WindowBar } from './window-bar.ts';

const read = { scope: 'viewer' } as const;
export const barExample: WindowBar = {
  mode: 'window_active',
  window_id: exampleId,
  services: ['redis'],
  ttl_seconds: 600,
  degraded: false,
  reason: 'demo',
};

const shownHealth: Record<HealthState, 'UP' | 'STARTING' | 'DEGRADED' | 'DOWN' | 'OFF_BY_POLICY'> =
  {
    ok: 'UP',
    starting: 'STARTING',
    degraded: 'DEGRADED',
    down: 'DOWN',
    off_by_policy: 'OFF_BY_POLICY',
  };

/** The id of a service: its name, with its host if several hosts have one of that name. */
function idsOf(services: readonly ServiceStatus[]): (name: string, host: string) => string {
  const hosts = Map.groupBy(services, ({ name }) => name);
  return (name, host) => ((hosts.get(name)?.length ?? 0) > 1 ? `${name}@${host}` : name);
}

/** The first port inside the container; null for a service without one, and for a process. */
const portOf = (snapshot: Snapshot, { name, host }: ServiceStatus): number | null =>
  findServices(snapshot, name).find((one) => one.host === host)?.service.ports[0] ?? null;

const healthOf = (
  services: readonly ServiceStatus[],
  tier: ServiceStatus['tier'],
): Record<string, HealthState> => {
  const id = idsOf(services);
  const shown = services.filter((one) => one.tier === tier);
  return Object.fromEntries(shown.map(({ name, host, health }) => [id(name, host), health]));
};

/** What the older UI shows first: services, modules, how they depend on each other, and the window. */
export const overviewRoutes: Routes =
  ({ statusCache, model, clock }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/operator/api/status',
      config: { rule: read },
      schema: {
        operationId: 'operatorApiStatus',
        tags: ['operator'],
        summary: 'The health of core and other services; see GET /vx11/status',
        querystring: noQuery,
        response: answers({
          200: operatorApiStatusAnswer.meta({
            examples: [
              {
                status: 'ok',
                policy: 'windowed',
                core_services: { madre: 'ok' },
                optional_services: { redis: 'ok' },
                degraded: false,
                window: barExample,
                timestamp: statusExample.timestamp,
              },
            ],
          }),
        }),
      },
      handler: async () => {
        const { mode, services, timestamp } = await statusCache.status();
        const core = healthOf(services, 'core');
        const others = healthOf(services, 'window');
        const isIll = (health: HealthState) => health === 'down' || health === 'degraded';
        const degraded = [...Object.values(core), ...Object.values(others)].some(isIll);
        return {
          status: degraded ? ('degraded' as const) : ('ok' as const),
          policy: mode,
          core_services: core,
          optional_services: others,
          degraded,
          window: windowBarOf(await model.snapshot(), clock()),
          timestamp,
        };
      },
    });

    app.route({
      method: 'GET',
      url: '/operator/api/modules',
      config: { rule: read },
      schema: {
        operationId: 'listModules',
        tags: ['operator'],
        summary: 'Every service by name; see GET /vx11/services',
        querystring: noQuery,
        response: answers({
          200: modulesAnswer.meta({
            examples: [
              {
                modules: { redis: { status: 'ok', port: 6379, reason: null, category: 'window' } },
              },
            ],
          }),
        }),
      },
      handler: async () => {
        const { services } = await statusCache.status();
        const snapshot = await model.snapshot();
        const id = idsOf(services);
        const modules = services.map((one) => {
          const { name, host, health: status, reason, tier: category } = one;
          return [id(name, host), { status, port: portOf(snapshot, one), reason, category }];
        });
        return { modules: Object.fromEntries(modules) as never };
      },
    });

    app.route({
      method: 'GET',
      url: '/operator/api/topology',
      config: { rule: read },
      schema: {
        operationId: 'getTopology',
        tags: ['operator'],
        summary: 'Services and what they depend on',
        querystring: noQuery,
        response: answers({
          200: topologyAnswer.meta({
            examples: [
              {
                policy: 'windowed',
                graph: {
                  nodes: [{ id: 'web', label: 'web', status: 'UP', port: 80, type: 'window' }],
                  edges: [{ from: 'web', to: 'db', condition: 'service_healthy' }],
                },
                policy_note: 'Services of the window tier sleep until a window opens them.',
              },
            ],
          }),
        }),
      },
      handler: async () => {
        const { mode, services } = await statusCache.status();
        const snapshot = await model.snapshot();
        const id = idsOf(services);
        return {
          policy: mode,
          graph: {
            nodes: services.map((one) => ({
              id: id(one.name, one.host),
              label: one.name,
              status: shownHealth[one.health],
              port: portOf(snapshot, one),
              type: one.tier,
            })),
            edges: snapshot.catalogs.flatMap(({ host, services: entries }) =>
              entries.flatMap(({ name, depends_on }) =>
                depends_on.map(({ service, condition }) => ({
                  from: id(name, host),
                  to: id(service, host),
                  condition,
                })),
              ),
            ),
          },
          policy_note: 'Services of the window tier sleep until a window opens them.',
        };
      },
    });

    app.route({
      method: 'GET',
      url: '/operator/api/window/status',
      config: { rule: read },
      schema: {
        operationId: 'getWindowBar',
        tags: ['operator'],
        summary: 'The open window that ends last; see GET /vx11/windows',
        querystring: noQuery,
        response: answers({ 200: windowBar.meta({ examples: [barExample] }) }),
      },
      handler: async () => windowBarOf(await model.snapshot(), clock()),
    });

    app.route({
      method: 'GET',
      url: '/operator/api/chat/window/status',
      config: { rule: read },
      schema: {
        operationId: 'getChatWindow',
        tags: ['operator'],
        summary: 'Your newest operator window',
        querystring: noQuery,
        response: answers({
          200: chatWindowAnswer.meta({
            examples: [
              {
                status: 'open',
                mode: 'ttl',
                window_id: exampleId,
                created_at: statusExample.timestamp,
                deadline: statusExample.timestamp,
                ttl_remaining_sec: 600,
                active_services: ['redis'],
              },
            ],
          }),
        }),
      },
      handler: async (request) => {
        const [view] = openOnes(await model.snapshot(), callerOf(request));
        return {
          status: view === undefined ? ('none' as const) : ('open' as const),
          mode: view?.mode ?? null,
          window_id: view?.window_id ?? null,
          created_at: view?.requested_at ?? null,
          deadline: view?.expires_at ?? null,
          ttl_remaining_sec: view === undefined ? null : remaining(view, clock()),
          active_services: view?.services_started ?? [],
        };
      },
    });
  };
