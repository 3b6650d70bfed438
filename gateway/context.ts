import type { FastifyPluginAsync, FastifyPluginOptions, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { GatewayDeps } from './deps.ts';
import type { CheckControl } from './checks/control.ts';
import type { RepairControl } from './repair/control.ts';
import type { ModelControl } from './models/control.ts';
import type { AudioBatchControl } from './audio/batch-control.ts';
import type { AudioControl } from './audio/control.ts';
import type { AudioFiles } from './audio/audio-files.ts';
import type { DriftControl } from './drift/control.ts';
import type { ProgramControl } from './programs/control.ts';
import type { EventFeed } from './reads/event-feed.ts';
import type { Limits } from './http/limits.ts';
import type { GatewayMetrics } from './http/metrics.ts';
import type { OpenWindow } from './windows/open-window.ts';
import type { ReadModel } from './reads/read-model.ts';
import type { TaskControl } from './tasks/control.ts';
import type { StatusCache } from './status/status-cache.ts';
import type { AccessWatch } from './streams/access-watch.ts';
import type { Identify, TokenCache } from './http/caller.ts';
import type { WindowControl } from './windows/control.ts';
import type { WindowSchedules } from './schedules/control.ts';

/** What all routes share. */
export interface GatewayContext extends GatewayDeps {
  model: ReadModel;
  statusCache: StatusCache;
  tokens: TokenCache;
  /** Finds the caller of a request by its token or its web session. */
  identify: Identify;
  /** Ends what is still open when a token or a web session ends. */
  access: AccessWatch;
  windows: WindowControl;
  openWindow: OpenWindow;
  windowSchedules: WindowSchedules;
  tasks: TaskControl;
  checks: CheckControl;
  repairs: RepairControl;
  programs: ProgramControl;
  models: ModelControl;
  drift: DriftControl;
  audio: AudioControl;
  audioBatches: AudioBatchControl;
  audioFiles: AudioFiles;
  feed: EventFeed;
  metrics: GatewayMetrics;
  limits: Limits;
}

/** Routes of one resource. */
export type Routes = (
  context: GatewayContext,
) => FastifyPluginAsync<FastifyPluginOptions, RawServerDefault, ZodTypeProvider>;
