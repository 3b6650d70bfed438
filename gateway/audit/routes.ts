import { Readable } from 'node:stream';
import { z } from 'zod';
import {
  auditLog,
  auditSince,
  auditVerifyAnswer,
  type AuditLog,
  type ChainVerdict,
} from '../../contracts/audit.ts';
import type { AuditStore } from '../../store/system/audit.ts';
import type { Routes } from '../context.ts';
import { auditExample, eventExample } from './examples.ts';
import { answers } from '../http/route-schema.ts';

const rule = { scope: 'admin' } as const;
const pageSize = 500;

const verifyQuery = z.strictObject({
  log: auditLog.optional().meta({ description: 'default: all' }),
});
const exportQuery = z.strictObject({
  log: auditLog.optional().meta({ description: 'default: events' }),
  since: auditSince
    .optional()
    .meta({ description: 'Rows from this instant on, or after this number; default: all' }),
});

/** Verifies that no log was changed, and exports logs with the hashes that prove it. */
export const auditRoutes: Routes =
  ({ store }) =>
  async (app) => {
    /** Verifying a long log takes seconds; requests that arrive meanwhile share the result. */
    const walks = new Map<AuditLog, Promise<ChainVerdict>>();
    const walk = (log: AuditLog): Promise<ChainVerdict> => {
      const under = walks.get(log);
      if (under !== undefined) return under;
      const mine = verdictOn(store().audit, log).finally(() => walks.delete(log));
      walks.set(log, mine);
      return mine;
    };

    for (const [url, operationId] of [
      ['/vx11/audit/verify', 'verifyAudit'],
      ['/operator/api/audit', 'operatorAudit'],
    ] as const) {
      app.route({
        method: 'GET',
        url,
        config: { rule },
        schema: {
          operationId,
          tags: ['audit'],
          summary: 'Is every row of the chained logs unchanged?',
          description:
            'Checks the whole chain up to the newest row; names the first row that does not fit. Anyone with full write access ' +
            'to the database can rewrite all of it: keep `head` elsewhere and look for it in a later export.',
          querystring: verifyQuery,
          response: answers({ 200: auditVerifyAnswer.meta({ examples: [auditExample] }) }),
        },
        handler: async ({ query }) => {
          const names = query.log === undefined ? store().audit.logs : [query.log];
          const logs: ChainVerdict[] = [];
          for (const name of names) logs.push(await walk(name));
          return { ok: logs.every(({ ok }) => ok), logs };
        },
      });
    }

    app.route({
      method: 'GET',
      url: '/vx11/audit/export',
      config: { rule },
      schema: {
        operationId: 'exportAudit',
        tags: ['audit'],
        summary: 'A log as JSON Lines, oldest first, each row with its hash and the one before',
        querystring: exportQuery,
        response: answers({
          200: {
            content: {
              'application/x-ndjson': {
                schema: z
                  .record(z.string(), z.unknown())
                  .meta({ examples: [{ log: 'events', ...eventExample }] }),
              },
            },
          },
        }),
      },
      handler: async ({ query }, reply) => {
        const { audit } = store();
        const log = query.log ?? 'events';
        const from = await placeOf(audit, log, query.since);
        // a slow reader slows the export down, so at most one page is in memory
        const lines = Readable.from(from === null ? [] : linesOf(audit, log, from));
        return reply.type('application/x-ndjson').send(lines as never);
      },
    });
  };

async function verdictOn(audit: AuditStore, log: AuditLog): Promise<ChainVerdict> {
  const proof = await audit.verify(log);
  const { anchor, head } = proof;
  const ends = { anchor, head };
  return proof.ok
    ? { log, ok: true, checked: proof.checked, broken_at: null, because: null, ...ends }
    : {
        log,
        ok: false,
        checked: null,
        broken_at: proof.broken_at,
        because: proof.because,
        ...ends,
      };
}

/** The number of the row before the first exported one; null if no row is that new. */
async function placeOf(
  audit: AuditStore,
  log: AuditLog,
  since: string | undefined,
): Promise<number | null> {
  if (since === undefined) return 0;
  return /^\d+$/.test(since) ? Number(since) : audit.before(log, Date.parse(since));
}

async function* linesOf(audit: AuditStore, log: AuditLog, from: number): AsyncGenerator<string> {
  for (let place = from; ;) {
    const rows = await audit.after(log, place, pageSize);
    if (rows.length === 0) return;
    yield `${rows.map((row) => JSON.stringify({ log, ...row })).join('\n')}\n`;
    place = Number(rows.at(-1)!['seq']);
  }
}
