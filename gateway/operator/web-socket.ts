import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';

import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import type { EventRecord } from '../../contracts/event.ts';
import { eventFilter, eventFilterQuery } from '../audit/event-filter.ts';
import type { Routes } from '../context.ts';
import { answers } from '../http/route-schema.ts';
import { admitStream } from '../streams/sse-connections.ts';

/** A reader with more unread bytes than this is disconnected; it can read what it missed in the history. */
const maxUnread = 1024 * 1024;
const retryAfterSeconds = 10;
/** A reader that has no access any more has this long to answer the close, in ms. */
const closeWithinMs = 400;

const socketQuery = z.strictObject({
  ...eventFilterQuery,
  channel: z
    .enum(['events'])
    .optional()
    .meta({ description: 'There is one: the events of the log' }),
  client_id: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,64}$/)
    .optional()
    .meta({ description: 'Default: a new id' }),
});

const frame = z.strictObject({
  channel: z.enum(['control', 'events']),
  type: z.string(),
  client_id: z.string().optional(),
  data: z.unknown().optional(),
});

/** New events of the log over a WebSocket, for clients of the older API. What a client sends is ignored. */
export const webSocketRoutes: Routes = (context) => async (app) => {
  const { config, feed, store, access } = context;
  const sockets = new Set<WebSocket>();
  await app.register(websocket, { options: { maxPayload: 4096 } });
  // nothing else ends the connection of an upgrade that was refused
  app.addHook('onResponse', ({ raw }, reply, done) => {
    if (raw.headers.upgrade !== undefined && reply.raw.headersSent) raw.socket.end();
    done();
  });

  const bridge = async (socket: WebSocket, request: FastifyRequest): Promise<void> => {
    const { client_id, ...filter } = request.query as z.output<typeof socketQuery>;
    const matches = eventFilter(filter);
    const send = (message: z.infer<typeof frame>): void => {
      if (socket.bufferedAmount > maxUnread) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    };
    const forward = (events: EventRecord[]): void => {
      for (const event of events) {
        if (matches(event)) send({ channel: 'events', type: event.type, data: event });
      }
    };
    let closing: NodeJS.Timeout | undefined;
    const watched = access.watch(request, () => {
      socket.close(1008, 'the token or session has ended');
      closing = setTimeout(() => socket.terminate(), closeWithinMs);
    });
    // a socket whose reader does not answer a ping until the next one is dead
    let answered = true;
    const heartbeat = setInterval(() => {
      if (!answered) return socket.terminate();
      answered = false;
      return socket.ping();
    }, config.streamBeatMs);
    socket.on('pong', () => (answered = true));
    socket.on('error', () => socket.terminate());
    send({ channel: 'control', type: 'connected', client_id: client_id ?? newId('run') });
    let unfollow: Promise<() => void> | null = null;
    socket.on('close', () => {
      clearInterval(heartbeat);
      clearTimeout(closing);
      watched.end();
      sockets.delete(socket);
      unfollow?.then((end) => end()).catch(() => undefined);
    });
    const newest = await store().events.newest();
    if (socket.readyState !== socket.OPEN) return;
    unfollow = feed.follow(newest, {
      replay: async (events) => {
        forward(events);
        return socket.readyState === socket.OPEN;
      },
      send: forward,
    });
    await unfollow;
  };

  app.route({
    method: 'GET',
    url: '/ws',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'openSocket',
      tags: ['events'],
      summary: 'New events over a WebSocket; see GET /vx11/events',
      description:
        'The first frame is {channel: control, type: connected, client_id}, the others {channel: events, type, data}. It ' +
        'replays nothing. Without an upgrade it is 400.',
      querystring: socketQuery,
      response: answers({
        200: frame.meta({
          examples: [{ channel: 'control', type: 'connected', client_id: 'run-9f2c41d07a3b55e1' }],
        }),
      }),
    },
    preHandler: (_request, _reply, done) => {
      admitStream(sockets.size, config.maxStreams, retryAfterSeconds);
      done();
    },
    handler: () => {
      throw new VX11Error(
        'bad_request',
        'This address takes a WebSocket: send Upgrade: websocket.',
      );
    },
    wsHandler: (socket, request) => {
      sockets.add(socket);
      bridge(socket, request).catch((error: unknown) => {
        request.log.warn({ err: error }, 'a socket could not start');
        socket.close(1011, 'the events cannot be read now; try again');
      });
    },
  });
};
