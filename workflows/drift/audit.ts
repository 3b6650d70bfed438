import { ActivityFailure, CancellationScope, TimeoutFailure } from '@temporalio/workflow';
import type { DriftAudit, JudgedFinding } from '../../contracts/drift.ts';
import type { AuditEnd, Covered } from '../../domain/drift/audit.ts';
import type { FactsPiece } from '../../activities/drift/drift-activities.ts';
import { driftOn } from './proxies.ts';
import type { AuditDrift } from './start.ts';

/**
 * Compares a host's stack with what was declared: its power worker reads facts, piece by piece, manifestator judges each, and the
 * power worker stores the outcome. Whatever manifestator does not answer, the audit ends, and what was known stays.
 */
export async function auditDrift({ audit_id, host }: AuditDrift): Promise<DriftAudit> {
  const { manifestator, reading, ending } = driftOn(host);
  let end: AuditEnd;
  try {
    const found: JudgedFinding[] = [];
    let covered: Covered | undefined;
    for (let piece: number | null = 0; piece !== null;) {
      const read: FactsPiece = await reading.readFacts({ audit_id, piece });
      covered ??= read.covered;
      found.push(...(await manifestator.judgeFacts({ facts: read.facts })));
      piece = read.next;
    }
    end = { ok: true, found, covered: covered! };
  } catch (error) {
    end = failureOf(error, host);
  }
  return CancellationScope.nonCancellable(() => ending.endAudit({ audit_id, end }));
}

function failureOf(error: unknown, host: string): AuditEnd {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    const detail = `manifestator on ${host} did not answer in time. Is its window still open? Then try again.`;
    return { ok: false, cause: 'manifestator_unavailable', detail };
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { ok: false, cause: 'interrupted', detail: detail.slice(0, 500) };
}
