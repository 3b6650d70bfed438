import type { FastifyBaseLogger } from 'fastify';
import type { GatewayConfig } from './config.ts';
import type { MadrePort } from './madre/client.ts';
import type { RedisPort } from './redis.ts';
import type { ServedTls } from './secure-server.ts';
import type { SwitchPort } from './routing/switch-client.ts';
import type { StoreSource } from './reads/store-source.ts';
import type { TemporalPort } from './temporal/port.ts';

/** The dependencies of a gateway; it keeps running while any of them is unavailable. */
export interface GatewayDeps {
  config: GatewayConfig;
  store: StoreSource;
  temporal: TemporalPort;
  madre: MadrePort;
  switch: SwitchPort;
  /** Null if no Redis is configured. */
  redis: RedisPort | null;
  /** Unset: it serves plain HTTP. */
  tls?: ServedTls | undefined;
  /** Epoch ms. */
  clock: () => number;
  logger: FastifyBaseLogger;
}
