import { z } from 'zod';
import { eventType, type EventRecord } from '../../contracts/event.ts';
import { operatorApiEventsAnswer, operatorApiMetricsAnswer } from '../../contracts/operator-api.ts';
import type { Routes } from '../context.ts';
import { answers, limitQuery } from '../http/route-schema.ts';
import { exampleCorrelation, exampleId, statusExample } from '../openapi/examples.ts';
import { isoTime } from '../../platform/time.ts';

const read = { scope: 'viewer' } as const;
const hourMs = 3_600_000;

const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,14}$/, `must be a number from 1 to ${most}`)
    .transform(Number)
    .pipe(z.int().max(most))
    .optional();

const eventsQuery = z.strictObject({
  hours_back: wholeNumber(24 * 365).meta({ description: 'Default: 24' }),
  type: eventType.optional(),
  cursor: wholeNumber(Number.MAX_SAFE_INTEGER),
  limit: limitQuery(500, 100),
});

const critical = /\.(failed|lost|blind|broken|invalid)$/;
const notable = /\.(stray|outdated|volume_changed|retried|missed|rejected|callback_failed)$/;

/** These say the severity of what they announce. */
const announces = /^(incident\.(opened|reopened|rose|flapping)|drift\.found)$/;
const severities = { info: 'info', warn: 'warn', high: 'crit', critical: 'crit' } as const;

/** The severity that the kind of an event implies; an alert, an incident and a difference say their own. */
function severityOf({ type, payload }: EventRecord): 'info' | 'warn' | 'crit' {
  if (type === 'system.alert') {
    const said = (payload['data'] as { severity?: unknown } | undefined)?.severity;
    return said === 'crit' || said === 'critical' ? 'crit' : said === 'info' ? 'info' : 'warn';
  }
  if (announces.test(type)) {
    return severities[payload['severity'] as keyof typeof severities] ?? 'warn';
  }
  return critical.test(type) ? 'crit' : notable.test(type) ? 'warn' : 'info';
}

const shown = (event: EventRecord) => ({
  id: `evt_${event.seq}`,
  ts: event.at,
  type: event.type,
  severity: severityOf(event),
  module: event.service ?? event.actor,
  correlation_id: event.correlation_id,
  summary: [event.type, event.service, event.window_id].filter((part) => part !== null).join(' '),
  payload: event.payload,
});

const metricsQuery = z.strictObject({
  name: z.string().max(128).optional().meta({ description: 'Only metrics of this name' }),
});

/** Events and metrics as the older UI reads them. */
export const recordRoutes: Routes =
  ({ store, clock, metrics }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/operator/api/events',
      config: { rule: read },
      schema: {
        operationId: 'listOperatorEvents',
        tags: ['operator'],
        summary: 'Past events with a severity; see GET /vx11/events/history',
        querystring: eventsQuery,
        response: answers({
          200: operatorApiEventsAnswer.meta({
            examples: [
              {
                events: [
                  {
                    id: 'evt_7',
                    ts: statusExample.timestamp,
                    type: 'window.open',
                    severity: 'info',
                    module: 'admin',
                    correlation_id: exampleCorrelation,
                    summary: `window.open ${exampleId}`,
                    payload: {},
                  },
                ],
                has_more: false,
                next_cursor: null,
              },
            ],
          }),
        }),
      },
      handler: async ({ query: { hours_back = 24, type, cursor, limit } }) => {
        const { events, next_cursor } = await store().events.page({
          from: clock() - hours_back * hourMs,
          ...(type !== undefined && { types: [type] }),
          before: cursor,
          limit,
        });
        return { events: events.map(shown), has_more: next_cursor !== null, next_cursor };
      },
    });

    app.route({
      method: 'GET',
      url: '/operator/api/metrics',
      config: { rule: read },
      schema: {
        operationId: 'listOperatorMetrics',
        tags: ['operator'],
        summary: 'What the gateway counts now, as JSON; see GET /metrics',
        querystring: metricsQuery,
        response: answers({
          200: operatorApiMetricsAnswer.meta({
            examples: [
              {
                metrics: [
                  {
                    ts: statusExample.timestamp,
                    metric_name: 'vx11_gateway_changes_in_flight',
                    value: 0,
                    module: 'tentaculo_link',
                    dimensions: {},
                  },
                ],
                count: 1,
              },
            ],
          }),
        }),
      },
      handler: async ({ query: { name } }) => {
        const ts = isoTime(clock());
        const families = await metrics.registry.getMetricsAsJSON();
        const all = families.flatMap((family) =>
          family.values.map(({ value, labels, ...more }) => ({
            ts,
            // the buckets, the sum and the count of a histogram have names of their own
            metric_name: 'metricName' in more ? String(more.metricName) : family.name,
            value,
            module: 'tentaculo_link' as const,
            dimensions: Object.fromEntries(
              Object.entries(labels).map(([label, text]) => [label, String(text)]),
            ),
          })),
        );
        const found = all.filter(
          ({ metric_name, value }) =>
            Number.isFinite(value) && metric_name === (name ?? metric_name),
        );
        return { metrics: found, count: found.length };
      },
    });
  };
