import type { CheckRunView } from '../../contracts/checks.ts';
import type { KeptResult } from '../../store/checks/check-runs.ts';
import { stackFolder } from '../compose/stack-folder.ts';
import { containersOf, type FoundContainer } from '../power/host/containers.ts';
import type { PowerHost } from '../power/host/host.ts';

/** Whose the tasks of task checks are, and where their files come from. */
export interface TaskOrigin {
  /** The folder of the stack, or of its copy. */
  folder: string;
  /** The ids of the tasks come from it: what is begun again with the same cause finds its tasks. */
  cause: string;
  owner: string;
  /** Of the owner; null if only the name is known. */
  principal: () => Promise<string | null>;
  correlation_id: string;
  metadata: Record<string, string>;
}

/** Where checks look: at the host's own stack, or at a copy of it. */
export interface CheckPlace {
  /** The run that loads belong to; null in a copy, which has none. */
  run: CheckRunView | null;
  /** Null where none may run. */
  tasks: TaskOrigin | null;
  engine: PowerHost['engine'];
  slots: PowerHost['slots'];
  /** Containers whose health check passed when VX11 ran it. */
  proved: Set<string>;
  containersOf(service: string): Promise<FoundContainer[]>;
  /** The results so far, those of checks that have not run included. */
  results(): Promise<KeptResult[]>;
  save(results: KeptResult[]): Promise<void>;
}

/** The host's own stack; the results are kept in the store. */
export const placeOfRun = (power: PowerHost, run: CheckRunView): CheckPlace => ({
  run,
  tasks: {
    folder: stackFolder(power.compose.named),
    cause: run.run_id,
    owner: run.owner,
    principal: async () => (await power.store.checks.ownerOf(run.run_id))?.principal ?? null,
    correlation_id: run.correlation_id,
    metadata: { run_id: run.run_id },
  },
  slots: power.slots,
  engine: power.engine,
  proved: power.proved,
  containersOf: (service) => containersOf(power, service),
  results: () => power.store.checks.results(run.run_id),
  save: (results) => power.store.checks.save(run.run_id, results),
});
