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
  log: auditLog.optional().meta({ description: 'All of them where left out' }),
});
const exportQuery = z.strictObject({
  log: auditLog.optional().meta({ description: 'events where left out' }),
  since: auditSince
    .optional()
    .meta({ description: 'Rows from this instant on, or after this number; all where left out' }),
});

/** The proof that nobody changed a log, and copies of logs that prove themselves. */
export const auditRoutes: Routes =
  ({ store }) =>
  async (app) => {
    /** A walk takes seconds on a long log; whoever asks meanwhile gets the same answer. */
    const walks = new Map<AuditLog, Promise<ChainVerdict>>();
    const walk = (log: AuditLog): Promise<ChainVerdict> => {
      const under = walks.get(log);
      if (under !== undefined) return under;
      const mine = verdictOn(store().audit, log).finally(() => walks.delete(log));
      walks.set(log, mine);
      return mine;
    };

    app.route({
      method: 'GET',
      url: '/vx11/audit/verify',
      config: { rule },
      schema: {
        operationId: 'verifyAudit',
        tags: ['audit'],
        summary: 'Is every row of the chained logs as it was written?',
        description:
          'Walks along the whole chain to the newest row that was written; names the first row that does not fit. Who can ' +
          'write everything in the database can rewrite all of it: keep `head` elsewhere and look for it in a later export.',
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
        // a reader that is slow holds the walk up, so no more than a page is ever in memory
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

/** The number after which rows are meant; null where there is none as young. */
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
