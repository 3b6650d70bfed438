import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { VX11Error } from '../contracts/errors.ts';
import { isLoopback } from '../platform/network/loopback.ts';
import type { Live } from '../platform/tls/live.ts';
import type { TlsMaterial } from '../platform/tls/material.ts';
import { createSecureServer } from '../platform/tls/server.ts';
import { answerOn } from './http/client-error.ts';

/** What the gateway shows to callers by HTTPS. */
export interface ServedTls {
  live: Live<TlsMaterial>;
  /** How long browsers call by HTTPS only; 0: this is left to them. */
  hstsSeconds: number;
}

/** What Fastify hands to a factory of servers, as far as this one needs it. */
interface Options {
  http?: object;
  keepAliveTimeout?: number;
}

/** Browsers remember it for every port of a name, so that it would break other programs on `localhost`. */
const isLocal = (host = ''): boolean => {
  const name = host.replace(/:\d+$/, '');
  return isLoopback(name) || name.toLowerCase().endsWith('.localhost');
};

/** Fastify's options for HTTPS. */
export const secureOptions = (tls: ServedTls): object => ({
  https: {}, // for the addresses that it logs
  serverFactory: secureServer(tls),
});

/** Makes the server under Fastify: HTTPS only, with Strict-Transport-Security (RFC 6797) on every answer to another machine. */
const secureServer =
  ({ live, hstsSeconds }: ServedTls) =>
  (handler: RequestListener, { http, keepAliveTimeout }: Options): Server => {
    const strict = `max-age=${hstsSeconds}`;
    const withHsts: RequestListener = (request, response) => {
      if (!isLocal(request.headers.host)) response.setHeader('strict-transport-security', strict);
      handler(request, response);
    };
    const server = createSecureServer(hstsSeconds === 0 ? handler : withHsts, { ...http }, live, {
      onPlain: refusePlain,
    });
    if (keepAliveTimeout !== undefined) server.keepAliveTimeout = keepAliveTimeout;
    server.requestTimeout = 0; // limits of ours, as without TLS
    server.setTimeout(0);
    return server;
  };

function refusePlain(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  const detail = 'This port speaks HTTPS only: begin the address with https://.';
  answerOn(socket, new VX11Error('https_required', detail), null);
}
