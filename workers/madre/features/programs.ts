import { Counter, Gauge, type Registry } from 'prom-client';
import { createScanActivities } from '../../../activities/programs/create-scan-activities.ts';
import type { ScanDeps, ScanMetrics } from '../../../activities/programs/deps.ts';
import type { ScanActivities } from '../../../activities/programs/program-activities.ts';
import { createScanRound } from '../../../activities/programs/round.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { callsOver, type TemporalConnection } from '../temporal-connection.ts';

/** What this process stores for hermes, and the round that leaves no scan running without a workflow. */
export function createPrograms(
  { host, store, clock }: Pick<PowerHost, 'host' | 'store' | 'clock'>,
  connection: TemporalConnection,
  registry: Registry,
): { activities: ScanActivities; round: () => Promise<void> } {
  const deps: ScanDeps = {
    host,
    store,
    clock,
    runs: callsOver(connection, 'scans'),
    metrics: scanMetrics(registry),
  };
  return { activities: createScanActivities(deps), round: createScanRound(deps) };
}

function scanMetrics(registry: Registry): ScanMetrics {
  const scans = new Counter({
    name: 'vx11_program_scans_total',
    help: 'Scans for programs that ended, by status',
    labelNames: ['status'],
    registers: [registry],
  });
  const programs = new Gauge({
    name: 'vx11_programs',
    help: 'Programs that the last scan of a host found, by whether they can be used',
    labelNames: ['host', 'usable'],
    registers: [registry],
  });
  return {
    ended: (status) => scans.inc({ status }),
    found(host, found, usable) {
      programs.set({ host, usable: 'yes' }, usable);
      programs.set({ host, usable: 'no' }, found - usable);
    },
  };
}
