import type { CheckRunView } from '../../contracts/checks.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import { patchId, type PatchView } from '../../contracts/patch.ts';
import type { RepairView, StartRepairBody } from '../../contracts/repair.ts';
import { repairId } from '../../contracts/text.ts';
import { runHasEnded } from '../../domain/checks/outcome.ts';
import { isRedRun, repairHasEnded } from '../../domain/repair/ends.ts';
import { queuedRepair, queuedRepairEvent } from '../../domain/repair/queued-repair.ts';
import { sha256 } from '../../platform/hash.ts';
import { isoTime } from '../../platform/time.ts';
import type { Actor } from '../../workflows/messages.ts';
import { noSuchRun } from '../checks/control.ts';
import type { GatewayDeps } from '../deps.ts';
import { WorkflowGone } from '../temporal/not-taken.ts';
import { neverStarted, startStored } from '../temporal/start-stored.ts';

const callLimitMs = 5000;
/** How many runs are looked through for a red one. */
const mostRuns = 50;

/** Starts repairs, and ends them. */
export interface RepairControl {
  /**
   * Stores a repair and starts its workflow. Throws `nothing_red`, `run_not_found`, and errors of Temporal.
   * @param repeatKey shared by all retries of a request, which start one repair; null without an Idempotency-Key
   */
  start(body: StartRepairBody, sender: Actor, repeatKey: string | null): Promise<RepairView>;
  /** Ends a repair; what it applied is taken back. */
  cancel(repair: RepairView, by: Actor): Promise<void>;
  /** Throws `repair_not_found`. */
  find(id: string): Promise<RepairView>;
  /** Throws `patch_not_found`. */
  findPatch(id: string): Promise<PatchView>;
}

export function createRepairControl(
  deps: Pick<GatewayDeps, 'store' | 'temporal' | 'clock'>,
): RepairControl {
  const { store, temporal, clock } = deps;

  const begin = async (repair: RepairView, created: boolean): Promise<void> => {
    if (repairHasEnded(repair)) return;
    const end = (view: RepairView) => ({
      view: { ...view, ...neverStarted, finished_at: isoTime(clock()) },
      events: [],
    });
    await startStored(
      () => temporal.startRepair(repair, { limitMs: callLimitMs }),
      created ? () => store().repairs.change(repair.repair_id, end) : null,
    );
  };

  /** The run to mend: the named one, or the newest that has ended, if it is red. */
  const redRun = async ({ run_id, service }: StartRepairBody): Promise<CheckRunView> => {
    const runs =
      run_id === undefined
        ? (await store().checks.list({ limit: mostRuns })).runs
        : [await store().checks.find(run_id)];
    const ended = runs
      .filter((run) => run !== null)
      .filter(
        (run) => runHasEnded(run) && (service === undefined || run.services.includes(service)),
      );
    const run = ended.at(0);
    if (run_id !== undefined && run === undefined) throw noSuchRun(run_id);
    if (run === undefined) {
      throw new VX11Error('nothing_red', 'No run of checks has ended; run them first: vx11 check');
    }
    if (!isRedRun(run)) {
      throw new VX11Error(
        'nothing_red',
        `${run.run_id} ended ${run.status}; nothing has to be repaired.`,
      );
    }
    return run;
  };

  return {
    async start(body, sender, repeatKey) {
      const repair_id =
        repeatKey === null ? newId('repair') : `repair-${sha256(repeatKey).slice(0, 16)}`;
      const known = await store().repairs.find(repair_id);
      if (known !== null) {
        await begin(known, false);
        return known;
      }
      const run = await redRun(body);
      const results = await store().checks.results(run.run_id);
      const repair = queuedRepair(
        {
          repair_id,
          run,
          results,
          body,
          owner: sender.actor,
          correlation_id: sender.correlation_id,
        },
        clock(),
      );
      const principal = sender.principal ?? null;
      const event = queuedRepairEvent(repair, principal, clock());
      const written = await store().repairs.create(repair, [event], principal);
      await begin(written.view, written.created);
      return written.view;
    },
    async cancel(repair, by) {
      if (repairHasEnded(repair)) return;
      const call = { limitMs: callLimitMs };
      await temporal.cancelRepair(repair.repair_id, by, call).catch((error: unknown) => {
        if (!(error instanceof WorkflowGone)) throw error;
      });
    },
    async find(id) {
      const repair = repairId.safeParse(id).success ? await store().repairs.find(id) : null;
      if (repair === null) throw noSuchRepair(id);
      return repair;
    },
    async findPatch(id) {
      const patch = patchId.safeParse(id).success ? await store().patches.find(id) : null;
      if (patch !== null) return patch;
      throw new VX11Error(
        'patch_not_found',
        `${id} is not known here; GET /vx11/patches lists all.`,
      );
    },
  };
}

export const noSuchRepair = (id: string): VX11Error =>
  new VX11Error('repair_not_found', `${id} is not known here; GET /vx11/repairs lists all.`);
