import { Counter, Gauge, type Registry } from 'prom-client';
import { createAuditActivities } from '../../../activities/drift/create-audit-activities.ts';
import type { DriftDeps, DriftMetrics } from '../../../activities/drift/deps.ts';
import type { AuditActivities } from '../../../activities/drift/drift-activities.ts';
import { createAuditRound } from '../../../activities/drift/round.ts';
import { createSeal } from '../../../activities/drift/seal.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { callsOver, type TemporalConnection } from '../temporal.ts';

/**
 * What this process reads and stores for manifestator, and the round that leaves no audit running without a workflow.
 * @param around `key` seals values; null: they are sealed until this process ends
 */
export function createDrift(
  power: PowerHost,
  connection: TemporalConnection,
  { registry, key }: { registry: Registry; key: string | null },
): { activities: AuditActivities; round: () => Promise<void> } {
  const deps: DriftDeps = {
    power,
    seal: createSeal(key),
    runs: callsOver(connection, 'audits'),
    metrics: driftMetrics(registry),
  };
  return { activities: createAuditActivities(deps), round: createAuditRound(deps) };
}

function driftMetrics(registry: Registry): DriftMetrics {
  const audits = new Counter({
    name: 'vx11_drift_audits_total',
    help: 'Audits of drift that ended, by status',
    labelNames: ['status'],
    registers: [registry],
  });
  const findings = new Gauge({
    name: 'vx11_drift_findings',
    help: 'Differences between a host and what was declared, by state',
    labelNames: ['host', 'state'],
    registers: [registry],
  });
  return {
    ended: (status) => audits.inc({ status }),
    found(host, counts) {
      for (const [state, count] of Object.entries(counts)) findings.set({ host, state }, count);
    },
  };
}
