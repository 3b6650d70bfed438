import { Redis } from 'ioredis';
import type { FastifyBaseLogger } from 'fastify';

/** The connection to the Redis that replicas of the gateway share. A command fails at once while it is unavailable. */
export interface RedisPort {
  client: Redis;
  ready(): boolean;
  /** Throws within 2 s if Redis does not answer. */
  ping(): Promise<void>;
  close(): void;
}

/** @param url `redis://…`; connects in the background and again whenever the connection is lost. */
export function connectRedis(url: string, logger: FastifyBaseLogger): RedisPort {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 1000,
    commandTimeout: 500,
    retryStrategy: (attempt) => Math.min(100 * attempt, 2000),
  });
  let logged = false;
  client.on('error', (error) => {
    if (!logged)
      logger.warn({ err: error }, 'Redis is unavailable; this process keeps the limits itself');
    logged = true;
  });
  client.on('ready', () => (logged = false));
  return {
    client,
    ready: () => client.status === 'ready',
    ping: async () => {
      if (client.status !== 'ready') throw new Error('not connected');
      await client.ping();
    },
    close: () => client.disconnect(),
  };
}
