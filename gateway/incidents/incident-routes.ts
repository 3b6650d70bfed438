import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import {
  ackBody,
  incident,
  incidentId,
  incidentListAnswer,
  incidentStatus,
  resolveBody,
  severity,
  type Incident,
} from '../../contracts/incidents.ts';
import { hostName, serviceName } from '../../contracts/text.ts';
import { acknowledged, resolved, withNote, type Changed } from '../../domain/incidents/life.ts';
import { eventsOf } from '../../domain/incidents/storm.ts';
import { incidentCursorPattern } from '../../store/incidents/incidents.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { answers, cursorQuery, limitQuery, noQuery } from '../http/route-schema.ts';
import { incidentExample } from './incident-examples.ts';

const hourMs = 3_600_000;
const longestAckHours = 24;

const listQuery = z.strictObject({
  host: hostName.optional(),
  status: incidentStatus.optional(),
  severity: severity.optional(),
  service: serviceName.optional(),
  limit: limitQuery(200, 100),
  cursor: cursorQuery(incidentCursorPattern),
});
const params = z.strictObject({ incident_id: incidentId });
const bodyOptional = { rule: { scope: 'operator', bodyOptional: true } } as const;

/** Shows incidents, and lets people mute and end them. */
export const incidentRoutes: Routes =
  ({ store, clock }) =>
  async (app) => {
    const unknown = (id: string): VX11Error =>
      new VX11Error('incident_not_found', `${id} is not known here.`);

    /** Changes an incident that has not ended. */
    const change = async (
      id: string,
      by: ReturnType<typeof actorOf>,
      decide: (now: Incident, at: number) => Changed,
    ): Promise<Incident> => {
      const at = clock();
      const made = await store().incidents.change(id, (now) => {
        if (now.status === 'resolved' || now.status === 'closed') {
          throw new VX11Error('incident_ended', `${id} is ${now.status} already.`);
        }
        const { incident: next, announced } = decide(now, at);
        const events = eventsOf(
          announced.map((type) => ({ type, incident: next })),
          at,
        );
        const { actor, principal, correlation_id } = by;
        const who = { actor, actor_id: principal ?? null, correlation_id };
        return { incident: next, events: events.map((event) => ({ ...event, ...who })) };
      });
      if (made === null) throw unknown(id);
      return made;
    };

    app.route({
      method: 'GET',
      url: '/hormiguero/incidents',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'findIncidents',
        tags: ['incidents'],
        summary: 'Incidents, newest first',
        querystring: listQuery,
        response: answers({
          200: incidentListAnswer.meta({
            examples: [{ incidents: [incidentExample], next_cursor: null }],
          }),
        }),
      },
      handler: ({ query }) => store().incidents.list(query),
    });

    app.route({
      method: 'GET',
      url: '/hormiguero/incidents/:incident_id',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'getIncident',
        tags: ['incidents'],
        summary: 'One incident, with what was seen',
        params,
        querystring: noQuery,
        response: answers({ 200: incident.meta({ examples: [incidentExample] }) }),
      },
      handler: async ({ params: { incident_id } }) => {
        const found = await store().incidents.find(incident_id);
        if (found === null) throw unknown(incident_id);
        return found;
      },
    });

    app.route({
      method: 'POST',
      url: '/hormiguero/incidents/:incident_id/ack',
      config: bodyOptional,
      schema: {
        operationId: 'acknowledgeIncident',
        tags: ['incidents'],
        summary: 'Mute an incident for a time; a rise of its severity ends that',
        params,
        querystring: noQuery,
        body: ackBody.meta({ examples: [{ hours: 2, note: 'the disk comes tomorrow' }] }),
        response: answers({
          200: incident.meta({ examples: [{ ...incidentExample, status: 'acknowledged' }] }),
        }),
      },
      handler: (request) => {
        const { hours = longestAckHours, note = null } = request.body;
        const by = actorOf(request);
        return change(request.params.incident_id, by, (now, at) =>
          acknowledged(now, { by: by.actor, until: at + hours * hourMs, note }, at),
        );
      },
    });

    app.route({
      method: 'POST',
      url: '/hormiguero/incidents/:incident_id/resolve',
      config: bodyOptional,
      schema: {
        operationId: 'resolveIncident',
        tags: ['incidents'],
        summary: 'End an incident; it opens again if the next looks still see it',
        params,
        querystring: noQuery,
        body: resolveBody.meta({ examples: [{}] }),
        response: answers({
          200: incident.meta({ examples: [{ ...incidentExample, status: 'resolved' }] }),
        }),
      },
      handler: (request) => {
        const { note = null } = request.body;
        const by = actorOf(request);
        return change(request.params.incident_id, by, (now, at) =>
          resolved(withNote(now, by.actor, note, at), 'person', at),
        );
      },
    });
  };
