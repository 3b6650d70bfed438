import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { eventRecord, eventType, type EventRecord } from '../../contracts/event.ts';
import { planId } from '../../contracts/plan.ts';
import { windowId } from '../../contracts/text.ts';
import type { Routes } from '../context.ts';
import { createSseConnections } from '../streams/sse-connections.ts';
import { answers } from '../http/route-schema.ts';
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
  window_id: windowId.optional(),
  plan_id: planId.optional(),
  type: eventType.optional(),
});

const numberForm = /^(0|[1-9]\d{0,14})$/;

/** Throws `bad_event_id`. */
function placeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (numberForm.test(text)) return Number(text);
  throw new VX11Error('bad_event_id', 'An event id is a number of the stream.');
}

/** Streams the event log by Server-Sent Events. */
export const eventRoutes: Routes = (context) => async (app) => {
  const { feed, store } = context;
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
        'id is the number of the event, event its type, data the record as JSON. Last-Event-ID or since first replay what ' +
        'followed that event. A comment every 10 s keeps the stream alive.',
      querystring: eventsQuery,
      response: answers({
        200: {
          content: {
            'text/event-stream': {
              schema: eventRecord.meta({
                examples: [eventExample],
              }),
            },
          },
        },
      }),
    },
    handler: async (request, reply) => {
      const header = request.headers['last-event-id'];
      const asked = placeOf(typeof header === 'string' ? header : request.query.since);
      const newest = await store().events.newest();
      const since = asked === null ? newest : Math.min(asked, newest);
      const { window_id, plan_id, type } = request.query;
      const wanted = (event: EventRecord): boolean =>
        (window_id === undefined || event.window_id === window_id) &&
        (plan_id === undefined || event.payload['plan_id'] === plan_id) &&
        (type === undefined || event.type === type);

      const stream = streams.open(request, reply);
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
};
