import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WakeSettings } from '../config.ts';
import type { GatewayContext } from '../context.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import { createWakeStreams } from './events.ts';
import { asFault, listenerEnds, WakeFault } from './fault.ts';
import { createGate } from './gate.ts';
import { refuseConnection } from './refuse-connection.ts';
import { faultReply, outcomeOf, reply, sendReply, type WakeReply } from './reply.ts';
import { createWakeRoutes } from './routes.ts';
import { createAskSession } from './sessions.ts';
import { createUsualWait } from './usual-wait.ts';
import { createWaitSession } from './wait.ts';
import { createWaker } from './waker.ts';

/** The listener that wakes services on request. It needs no token, and can do nothing else. */
export interface WakeListener {
  /** Rejects if the address cannot be used. @returns where it listens */
  listen(): Promise<AddressInfo>;
  readonly server: Server;
  close(): Promise<void>;
}

/** How long connections may stay open once the listener ends, in ms. */
const lingerMs = 1000;

const serverOptions = {
  requestTimeout: 9000,
  headersTimeout: 8000,
  keepAliveTimeout: 72_000,
  maxHeaderSize: 32 * 1024, // forward auth carries the client's headers
  requireHostHeader: false, // the gate answers with a problem
  shouldUpgradeCallback: () => false, // forward auth carries the client's wish for a WebSocket
};

/** The name, in views and events, of what a listener opens; no token can have it. */
const ownerOf = ({ bind, port }: WakeSettings): string =>
  `wake:${bind.includes(':') ? `[${bind}]` : bind}:${port}`;

export function createWakeListener(context: GatewayContext, settings: WakeSettings): WakeListener {
  const pass = createGate(context, settings);
  const ask = createAskSession(context, createWaker(context, ownerOf(settings)));
  const streams = createWakeStreams(context);
  const ended = new AbortController();
  const health = (): WakeReply =>
    ended.signal.aborted
      ? reply(503, 'text/plain; charset=utf-8', 'Service Unavailable')
      : reply(200, 'text/plain; charset=utf-8', 'OK');
  const wait = createWaitSession(ask);
  const usualWait = createUsualWait(context);
  const route = createWakeRoutes({ context, ask, wait, usualWait, streams, health });
  const answer = (
    path: string,
    { url = '/', method = '', headers }: IncomingMessage,
    response: ServerResponse,
  ): MaybePromise<WakeReply | null> => {
    const gone = (): AbortSignal => {
      const left = new AbortController();
      response.once('close', () => left.abort());
      return AbortSignal.any([left.signal, ended.signal]);
    };
    return route({ path, url, method, agent: headers['user-agent'], gone, response });
  };
  const send = (response: ServerResponse, answered: WakeReply | null): void => {
    if (answered === null || response.destroyed) return;
    context.metrics.wakeRequests.inc({ outcome: outcomeOf(answered) });
    sendReply(response, answered);
  };
  const refuse = (response: ServerResponse, error: unknown): void => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const id = randomUUID();
    const fault = asFault(error, id);
    if (!(error instanceof WakeFault) && fault.status >= 500 && !response.destroyed)
      context.logger.warn({ err: error, correlation_id: id }, 'a request to wake failed');
    send(response, faultReply(fault));
  };
  const server = createServer(serverOptions, (request, response) => {
    try {
      const answered = mapMaybe(pass(request), (path) => answer(path, request, response));
      if (!(answered instanceof Promise)) return send(response, answered);
      answered.then(
        (known) => send(response, known),
        (error: unknown) => refuse(response, error),
      );
    } catch (error) {
      refuse(response, error);
    }
  });
  server.on('clientError', refuseConnection);
  server.on('connect', (_request, socket) => socket.destroy());
  return {
    server,
    async listen() {
      server.listen({ host: settings.bind, port: settings.port });
      await once(server, 'listening');
      return server.address() as AddressInfo;
    },
    async close() {
      ended.abort(listenerEnds());
      streams.end();
      await closeServer(server);
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timer = setTimeout(() => server.closeAllConnections(), lingerMs);
  await closed;
  clearTimeout(timer);
}
