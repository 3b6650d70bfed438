import { checkRunId, type CheckRunView, type StartChecksBody } from '../../contracts/checks.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { Catalog } from '../../contracts/service.ts';
import { newId } from '../../contracts/ids.ts';
import { runHasEnded } from '../../domain/checks/outcome.ts';
import { placeRun, problemOf, type PlacedRun } from '../../domain/checks/place-run.ts';
import { queuedEvent, queuedRun } from '../../domain/checks/queued-run.ts';
import { sha256 } from '../../platform/hash.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { WorkflowGone } from '../temporal/not-taken.ts';
import { neverStarted, startStored } from '../temporal/start-stored.ts';
import { isoTime } from '../../platform/time.ts';

const callLimitMs = 5000;

/** Starts runs of checks, and ends them. */
export interface CheckControl {
  /**
   * Stores a run and starts its workflow. Throws `suite_not_found`, `invalid` for a suite with a mistake, and errors of
   * Temporal.
   * @param repeatKey shared by all retries of a request, which start one run; null without an Idempotency-Key
   * @param trigger `schedule` if a person runs a schedule now
   */
  start(
    body: StartChecksBody,
    sender: Actor,
    repeatKey: string | null,
    trigger?: 'schedule',
  ): Promise<CheckRunView>;
  /** Ends a run, which still closes its window and writes its report. */
  cancel(run: CheckRunView, by: Actor): Promise<void>;
  /** Throws `run_not_found`. */
  find(id: string): Promise<CheckRunView>;
}

export function createCheckControl(
  deps: Pick<GatewayDeps, 'store' | 'temporal' | 'clock'>,
  model: ReadModel,
): CheckControl {
  const { store, temporal, clock } = deps;

  const begin = async (run: CheckRunView, created: boolean): Promise<void> => {
    if (runHasEnded(run)) return;
    const end = (view: CheckRunView) => ({
      view: { ...view, ...neverStarted, finished_at: isoTime(clock()) },
      events: [],
    });
    await startStored(
      () => temporal.startChecks(run, { limitMs: callLimitMs }),
      created ? () => store().checks.change(run.run_id, end) : null,
    );
  };

  return {
    async start(body, sender, repeatKey, trigger) {
      const run_id = repeatKey === null ? newId('run') : `run-${sha256(repeatKey).slice(0, 16)}`;
      const known = await store().checks.find(run_id);
      if (known !== null) {
        await begin(known, false);
        return known;
      }
      const { catalogs } = await model.snapshot();
      const placed = placeRun(catalogs, body);
      if (!placed.ok) throw refusalOf(placed, catalogs);
      const { ok: _, ...what } = placed;
      const request = {
        ...what,
        run_id,
        owner: sender.actor,
        trigger: trigger ?? 'api',
        reason: body.reason ?? null,
        correlation_id: sender.correlation_id,
        open: body.open ?? 'window',
        flaky: body.flaky ?? 'fail',
      } as const;
      const run = queuedRun(request, clock());
      const principal = sender.principal ?? null;
      const event = queuedEvent(run, principal, clock());
      const written = await store().checks.create(run, [event], principal);
      await begin(written.view, written.created);
      return written.view;
    },
    async cancel(run, by) {
      if (runHasEnded(run)) return;
      const call = { limitMs: callLimitMs };
      await temporal.cancelChecks(run.run_id, by, call).catch((error: unknown) => {
        if (!(error instanceof WorkflowGone)) throw error;
      });
    },
    async find(id) {
      const run = checkRunId.safeParse(id).success ? await store().checks.find(id) : null;
      if (run === null) throw noSuchRun(id);
      return run;
    },
  };
}

export const noSuchRun = (id: string): VX11Error =>
  new VX11Error('run_not_found', `${id} is not known here; GET /vx11/checks lists all.`);

function refusalOf(
  placed: Extract<PlacedRun, { ok: false }>,
  catalogs: readonly Pick<Catalog, 'host' | 'error'>[],
): VX11Error {
  if (placed.why === 'unknown') {
    // a file that cannot be read may be why
    const errors = catalogs.flatMap(({ host, error }) =>
      error === null ? [] : [` The compose file of ${host} cannot be read: ${error}`],
    );
    const detail = `Nothing ran. ${problemOf(placed)}${errors.join('')}`;
    return new VX11Error('suite_not_found', detail.slice(0, 1000));
  }
  const detail = `Nothing ran: ${placed.problems.map(({ problem }) => problem).join('; ')}`;
  return new VX11Error('invalid', detail.slice(0, 1000), { fields: placed.problems });
}
