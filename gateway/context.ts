import type { FastifyPluginAsync, FastifyPluginOptions, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { GatewayDeps } from './deps.ts';
import type { EventFeed } from './reads/event-feed.ts';
import type { GatewayMetrics } from './http/metrics.ts';
import type { OpenWindow } from './windows/open-window.ts';
import type { ReadModel } from './reads/read-model.ts';
import type { SpawnControl } from './tasks/control.ts';
import type { StatusCache } from './status/status-cache.ts';
import type { TokenCache } from './http/caller.ts';
import type { WindowControl } from './windows/control.ts';

/** What all routes share. */
export interface GatewayContext extends GatewayDeps {
  model: ReadModel;
  statusCache: StatusCache;
  tokens: TokenCache;
  windows: WindowControl;
  openWindow: OpenWindow;
  spawns: SpawnControl;
  feed: EventFeed;
  metrics: GatewayMetrics;
}

/** Routes of one resource. */
export type Routes = (
  context: GatewayContext,
) => FastifyPluginAsync<FastifyPluginOptions, RawServerDefault, ZodTypeProvider>;
