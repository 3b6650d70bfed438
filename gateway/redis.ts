import { Redis } from 'ioredis';
import type { FastifyBaseLogger } from 'fastify';

/** The connection that replicas of the gateway share. Never waits for a Redis that is away. */
export interface RedisPort {
  client: Redis;
  ready(): boolean;
  /** Throws within 2 s where Redis does not answer. */
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
  let told = false;
  client.on('error', (error) => {
    if (!told) logger.warn({ err: error }, 'Redis is away; limits are kept in this process');
    told = true;
  });
  client.on('ready', () => (told = false));
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
