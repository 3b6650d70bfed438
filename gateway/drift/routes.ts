import { z } from 'zod';
import {
  driftAudit,
  driftAuditAnswer,
  driftAuditBody,
  driftAuditId,
  driftListAnswer,
  driftState,
} from '../../contracts/drift.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { hostName, serviceName } from '../../contracts/text.ts';
import { isoTime } from '../../platform/time.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { repeatKeyOf, sentNothing } from '../http/idempotency.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { byWeight } from './by-weight.ts';
import { auditExample } from './examples.ts';

const listQuery = z.strictObject({
  host: hostName.optional(),
  service: serviceName.optional(),
  state: driftState.optional(),
});

const nothingFound = { timestamp: '2026-11-29T12:00:01.000Z', drift_items: 0, items: [] };

/** Audits of drift, and what the last ones found, also while manifestator sleeps. */
export const driftRoutes: Routes = (context) => async (app) => {
  const { drift, store, windows, clock } = context;

  app.route({
    method: 'POST',
    url: '/manifestator/drift/audit',
    config: { rule: { scope: 'operator', idempotent: true, bodyOptional: true } },
    schema: {
      operationId: 'auditDrift',
      tags: ['drift'],
      summary: 'Compare a host with what its compose files declare',
      description:
        'Changes nothing. While manifestator sleeps: 200 with error off_by_policy, and a hint.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: driftAuditBody.meta({ examples: [{}] }),
      response: answers({
        200: driftAuditAnswer.meta({
          examples: [{ status: 'DONE', ...nothingFound, audit: null, error: null, hint: null }],
        }),
      }),
    },
    handler: async (request) => {
      await windows.requireMadre();
      const { body } = request;
      const answer = await drift.audit(body, actorOf(request), repeatKeyOf(request));
      if (answer.error !== null) sentNothing(request);
      return answer;
    },
  });

  app.route({
    method: 'GET',
    url: '/manifestator/drift/audits/:audit_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getDriftAudit',
      tags: ['drift'],
      summary: 'One audit: whether it has ended, and what it counted',
      params: z.strictObject({ audit_id: driftAuditId }),
      querystring: noQuery,
      response: answers({ 200: driftAudit.meta({ examples: [auditExample] }) }),
    },
    handler: async ({ params: { audit_id } }) => {
      const audit = await store().drift.find(audit_id);
      if (audit !== null) return audit;
      throw new VX11Error('not_found', `${audit_id} is not known here; GET /drift shows the last.`);
    },
  });

  app.route({
    method: 'GET',
    url: '/drift',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listDrift',
      tags: ['drift'],
      summary: 'What the last audit of each host found, worst first',
      querystring: listQuery,
      response: answers({
        200: driftListAnswer.meta({ examples: [{ ...nothingFound, audits: [] }] }),
      }),
    },
    handler: async ({ query: { host, service, state } }) => {
      const found = await store().drift.findings(host);
      const items = found
        .filter((one) => service === undefined || one.service === service)
        .filter((one) => state === undefined || one.state === state)
        .toSorted(byWeight);
      return {
        timestamp: isoTime(clock()),
        drift_items: items.filter((one) => one.state === 'drift').length,
        items,
        audits: await store().drift.newestAudits(host),
      };
    },
  });
};
