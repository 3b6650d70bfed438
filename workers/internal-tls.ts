import type { Logger } from 'pino';
import { internalTls } from '../contracts/tls.ts';
import { post, postBy, type Post } from '../platform/network/post.ts';
import { tlsFetch } from '../platform/tls/fetch.ts';
import { followLogged, tlsFilesOf } from '../platform/tls/files.ts';
import type { Live } from '../platform/tls/live.ts';
import { WrongCertificate, type TlsMaterial } from '../platform/tls/material.ts';

/** How this process is reached by others of its installation, and reaches them. */
export interface InternalTls {
  /** Undefined: by plain HTTP. */
  served: Live<TlsMaterial> | undefined;
  send: typeof fetch;
  /** For calls to switch. */
  post: Post;
}

/**
 * Reads the certificate between processes, if the environment names one.
 * @throws WrongCertificate if it cannot be used, or if a file is missing of the three
 */
export function internalTlsOf(env: Readonly<Record<string, unknown>>, log: Logger): InternalTls {
  const files = tlsFilesOf(env, internalTls);
  if (files === null) return { served: undefined, send: fetch, post };
  const missing = Object.entries(internalTls).find(([what]) => !(what in files))?.[1];
  if (missing !== undefined)
    throw new WrongCertificate(
      `${missing} is not set: mutual TLS needs a certificate, its key and the authority of both sides.`,
    );
  const served = followLogged(files, log, 'the certificate between processes');
  const send = tlsFetch(() => served.current());
  return { served, send, post: postBy(send) };
}
