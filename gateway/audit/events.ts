import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import {
  eventHello,
  eventHistoryAnswer,
  eventRecord,
  type EventHello,
} from '../../contracts/event.ts';
import { isoTime } from '../../platform/time.ts';
import type { Routes } from '../context.ts';
import { createSseConnections } from '../streams/sse-connections.ts';
import { answers, limitQuery, periodQuery } from '../http/route-schema.ts';
import { eventFilter, eventFilterQuery } from './event-filter.ts';
import { eventExample } from './examples.ts';

const eventsQuery = z.strictObject({
  since: z
    .string()
    .max(32)
    .optional()
    .meta({
      description: 'Events after this number, like Last-Event-ID, which wins',
      examples: ['0'],
    }),
  ...eventFilterQuery,
});

const eventNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be the number of an event')
  .transform(Number)
  .optional();

const historyQuery = z.strictObject({
  ...eventFilterQuery,
  before: eventNumber.meta({ description: 'Events with a smaller number' }),
  cursor: eventNumber,
  ...periodQuery,
  limit: limitQuery(500, 100),
});

const numberForm = /^(0|[1-9]\d{0,14})$/;

/** Throws `bad_event_id`. */
function placeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (numberForm.test(text)) return Number(text);
  throw new VX11Error('bad_event_id', 'An event id is a number of the stream.');
}

/** Streams the event log by Server-Sent Events, and lists what is past. */
export const eventRoutes: Routes = (context) => async (app) => {
  const { feed, store, clock, config } = context;
  const streams = createSseConnections(app, context);

  app.route({
    method: 'GET',
    url: '/vx11/events',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'streamEvents',
      tags: ['events'],
      summary: 'Server-Sent Events of the append-only log',
      description:
        'The first frame has no id: event hello, data EventHello. Then id is the number of the event, event its type, data ' +
        'the record as JSON. Last-Event-ID or since first replay what followed that event. A comment every 10 s keeps the ' +
        'stream alive.',
      querystring: eventsQuery,
      response: answers({
        200: {
          content: {
            'text/event-stream': {
              schema: z.union([eventRecord, eventHello]).meta({ examples: [eventExample] }),
            },
          },
        },
      }),
    },
    handler: async (request, reply) => {
      const header = request.headers['last-event-id'];
      const asked = placeOf(typeof header === 'string' ? header : request.query.since);
      const ends = await store().events.ends();
      const since = asked === null ? ends.newest : Math.min(asked, ends.newest);
      const wanted = eventFilter(request.query);

      const stream = streams.open(request, reply);
      const hello: EventHello = { ...ends, server_time: isoTime(clock()), version: config.version };
      stream.say({ event: 'hello', data: hello });
      const unfollow = feed.follow(since, {
        replay: (events) => stream.replay(events.filter(wanted)),
        send: (events) => stream.send(events.filter(wanted)),
      });
      stream.onClose(() => void unfollow.then((end) => end()).catch(() => undefined));
      unfollow.catch((error: unknown) => {
        request.log.warn({ err: error }, 'an event stream could not start');
        stream.end();
      });
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/events/history',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listEvents',
      tags: ['events'],
      summary: 'Past events, newest first',
      querystring: historyQuery,
      response: answers({
        200: eventHistoryAnswer.meta({
          examples: [{ events: [eventExample], next_cursor: null }],
        }),
      }),
    },
    handler: async ({ query: { type: types, before, cursor, ...filter } }) =>
      store().events.page({
        ...filter,
        types,
        before: Math.min(before ?? Number.MAX_SAFE_INTEGER, cursor ?? Number.MAX_SAFE_INTEGER),
      }),
  });
};
