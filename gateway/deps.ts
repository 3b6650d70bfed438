import type { FastifyBaseLogger } from 'fastify';
import type { GatewayConfig } from './config.ts';
import type { MadrePort } from './madre/client.ts';
import type { RedisPort } from './redis.ts';
import type { StoreSource } from './reads/store-source.ts';
import type { TemporalPort } from './temporal/port.ts';

/** What a gateway is made of; each of them may be away without stopping it. */
export interface GatewayDeps {
  config: GatewayConfig;
  store: StoreSource;
  temporal: TemporalPort;
  madre: MadrePort;
  /** Null where no Redis is configured. */
  redis: RedisPort | null;
  /** Epoch ms. */
  clock: () => number;
  logger: FastifyBaseLogger;
}
