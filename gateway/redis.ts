import type { ConnectionOptions } from 'node:tls';
import { Redis } from 'ioredis';
import type { FastifyBaseLogger } from 'fastify';
import type { Live } from '../platform/tls/live.ts';
import type { TlsMaterial } from '../platform/tls/material.ts';
import { tlsTrouble } from '../platform/tls/trouble.ts';

/** The connection to the Redis that replicas of the gateway share. A command fails at once while it is unavailable. */
export interface RedisPort {
  client: Redis;
  ready(): boolean;
  /** Throws within 2 s if Redis does not answer. */
  ping(): Promise<void>;
  close(): void;
}

/**
 * Connects in the background, and again whenever the connection is lost.
 * @param url `redis://…`, or `rediss://…` for TLS
 * @param live what connections by TLS show and accept; each new one takes the material of its moment
 */
export function connectRedis(
  url: string,
  logger: FastifyBaseLogger,
  live: Live<TlsMaterial> | null = null,
): RedisPort {
  const secure = url.startsWith('rediss:');
  const client = new Redis(url, {
    ...(secure && { tls: tlsOptions(live) }),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 1000,
    commandTimeout: 500,
    retryStrategy: (attempt) => Math.min(100 * attempt, 2000),
  });
  let logged = false;
  client.on('error', (error) => {
    if (!logged)
      logger.warn(
        { err: error, because: tlsTrouble(error) ?? (secure ? cutShort(error) : undefined) },
        'Redis is unavailable; this process keeps the limits itself',
      );
    logged = true;
  });
  client.on('ready', () => (logged = false));
  // the client listens for one error of a connection, and one by TLS that ends early has two: the second would end the process
  client.on('connecting', () => setImmediate(() => client.stream?.on('error', () => undefined)));
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

/** The client reads these members for each new connection. */
const tlsOptions = (live: Live<TlsMaterial> | null): ConnectionOptions => ({
  minVersion: 'TLSv1.2',
  get ca() {
    return live?.current().ca;
  },
  get cert() {
    return live?.current().cert;
  },
  get key() {
    return live?.current().key;
  },
});

/** With TLS 1.3, a refusal may reach a client that has begun to send as a reset. */
const cutShort = (error: NodeJS.ErrnoException): string | undefined =>
  /^(ECONNRESET|EPIPE)$/.test(error.code ?? '')
    ? 'it ended the connection: it may require a client certificate, or not accept ours'
    : undefined;
