import { z } from 'zod';
import {
  judgedFinding,
  type DriftAudit,
  type DriftFinding,
  type JudgedFinding,
} from '../../contracts/drift.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { auditHasEnded } from '../../domain/drift/audit.ts';
import { sha256 } from '../../platform/hash.ts';
import { isoTime } from '../../platform/time.ts';
import { attempt } from '../heartbeat.ts';
import type { DriftDeps } from './deps.ts';
import type { AuditActivities } from './drift-activities.ts';
import { endAudit } from './end-audit.ts';
import { piecesOf } from './reading/pieces.ts';
import { readAllFacts, type FactsRead } from './reading/read-facts.ts';

/** Readings whose pieces are still asked for; one that is gone is read again. */
const mostReadings = 4;

/** What madre does for audits of its host. */
export function createAuditActivities(deps: DriftDeps): AuditActivities {
  const { store, clock, host } = deps.power;
  const readings = new Map<string, FactsRead[]>();
  const auditOf = async (id: string): Promise<DriftAudit> => {
    const audit = await store.drift.find(id);
    if (audit === null) throw new VX11Error('not_found', `${id} is not known.`);
    return audit;
  };
  const read = async (audit: DriftAudit): Promise<FactsRead[]> => {
    const pieces = piecesOf(await readAllFacts(deps, audit));
    readings.set(audit.audit_id, pieces);
    for (const id of [...readings.keys()].slice(0, -mostReadings)) readings.delete(id);
    await store.drift.change(audit.audit_id, (view) => ({
      view: { ...view, status: 'running', started_at: view.started_at ?? isoTime(clock()) },
      events: [],
    }));
    return pieces;
  };
  return {
    readFacts: ({ audit_id, piece }) =>
      attempt(async () => {
        const kept = piece === 0 ? undefined : readings.get(audit_id);
        const pieces = kept ?? (await read(await auditOf(audit_id)));
        const one = pieces[Math.min(piece, pieces.length - 1)]!;
        return { ...one, next: piece + 1 < pieces.length ? piece + 1 : null };
      }),
    endAudit: ({ audit_id, end }) =>
      attempt(async () => {
        readings.delete(audit_id);
        const audit = await auditOf(audit_id);
        if (auditHasEnded(audit)) return audit;
        const found = end.ok ? checked(end.found).map((one) => findingOf(host, one, clock())) : [];
        return endAudit(deps, audit, end, found);
      }),
  };
}

const reported = z.array(judgedFinding).max(10_000);

/** @throws `invalid`, which is not retried: the same report would come again */
function checked(found: unknown): JudgedFinding[] {
  const { success, data, error } = reported.safeParse(found);
  if (success) return data;
  const [issue] = error.issues;
  throw new VX11Error(
    'invalid',
    `manifestator reported what nobody may store: ${issue?.path.join('.')} ${issue?.message}`,
  );
}

/** The fingerprint names the place of a difference, and none of its values. */
const findingOf = (host: string, one: JudgedFinding, at: number): DriftFinding => ({
  ...one,
  host,
  module: one.service ?? 'stack',
  fingerprint: sha256([host, one.kind, one.service ?? '', one.path].join('\n')),
  found_at: isoTime(at),
  seen_at: isoTime(at),
});
