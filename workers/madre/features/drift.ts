import { Counter, Gauge, type Registry } from 'prom-client';
import { createAuditActivities } from '../../../activities/drift/create-audit-activities.ts';
import type { DriftDeps, DriftMetrics } from '../../../activities/drift/deps.ts';
import type { AuditActivities } from '../../../activities/drift/drift-activities.ts';
import { createAuditRound } from '../../../activities/drift/round.ts';
import { makeChange } from '../../../activities/manifestator/make-change.ts';
import type { PatchDeps } from '../../../activities/patches/deps.ts';
import type { MakePatch } from '../../../activities/plans/steps/patch-drift.ts';
import type { TrialDeps } from '../../../activities/repair/trial/deps.ts';
import { createSeal } from '../../../activities/drift/seal.ts';
import type { Llm } from '../../../activities/providers/language-models.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { callsOver, type TemporalConnection } from '../temporal-connection.ts';

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

/** Makes patches of what is not as declared on this host. @param key seals values, as in an audit */
export const patchMaker =
  (
    trials: TrialDeps,
    { folder }: PatchDeps,
    { key, llm }: { key: string | null; llm: Llm },
  ): MakePatch =>
  (call) =>
    makeChange({ trials, folder, llm, seal: createSeal(key) }, call);

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
