import type { FastifyBaseLogger } from 'fastify';
import { post, postBy, type Post } from '../platform/network/post.ts';
import { tlsFetch } from '../platform/tls/fetch.ts';
import { followLogged } from '../platform/tls/files.ts';
import { logExpiry, logged } from '../platform/tls/log.ts';
import type { Live } from '../platform/tls/live.ts';
import type { TlsFiles, TlsMaterial } from '../platform/tls/material.ts';
import { followTemporal, type TemporalCredentials } from '../platform/tls/temporal.ts';
import type { GatewayEnvironment } from './config.ts';
import type { ServedTls } from './secure-server.ts';

/** What the gateway's connections by TLS show and accept. */
export interface ConnectionFiles {
  /** Undefined: it serves plain HTTP. */
  served: ServedTls | undefined;
  temporal: Live<TemporalCredentials>;
  redis: Live<TlsMaterial> | null;
  /** For calls to madre. */
  internalFetch: typeof fetch;
  /** For calls to switch. */
  internalPost: Post;
}

/**
 * Reads the files that the environment names, and reads each again when it changes.
 * @throws WrongCertificate if one cannot be used
 */
export function connectionFiles(
  environment: GatewayEnvironment,
  logger: FastifyBaseLogger,
): ConnectionFiles {
  const live = (files: TlsFiles | null, what: string): Live<TlsMaterial> | null =>
    files === null ? null : followLogged(files, logger, what);
  const served = live(environment.tlsFiles, 'the certificate of the gateway');
  const internal = live(environment.internalFiles, 'the certificate between gateway and madre');
  const what = 'what is shown to Temporal';
  const temporal = followTemporal(environment.temporal, logged(logger, what));
  logExpiry(logger, what, () => temporal.current());
  const internalFetch = internal === null ? fetch : tlsFetch(() => internal.current());
  return {
    served: served === null ? undefined : { live: served, hstsSeconds: environment.hstsSeconds },
    temporal,
    redis: live(environment.redisFiles, 'the certificate for Redis'),
    internalFetch,
    internalPost: internal === null ? post : postBy(internalFetch),
  };
}
