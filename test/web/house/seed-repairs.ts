import { hashed } from '../../../activities/patches/hashed.ts';
import { propose } from '../../../activities/plans/propose.ts';
import { newId, patchIdOfRepair, planIdOfRepair } from '../../../contracts/ids.ts';
import type { PatchView } from '../../../contracts/patch.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import type { RepairCandidate, RepairView } from '../../../contracts/repair.ts';
import { unifiedDiff } from '../../../domain/patches/unified-diff.ts';
import { sha256 } from '../../../platform/hash.ts';
import { candidateExample, repairExample } from '../../../gateway/repair/examples.ts';
import type { Store } from '../../../store/index.ts';
import type { KeptFile } from '../../../store/repair/patches.ts';
import { iso, minute } from '../../domain/samples.ts';
import { planDepsOn } from '../plan-deps.ts';

const lines = (port: number): string =>
  `services:\n  web:\n    image: web:2\n    environment:\n      PORT: "${port}"\n      LOG: info\n    expose:\n      - "8080"\n`;

/** A change of one line of the compose file. */
export const portFile: KeptFile = {
  path: 'compose.yaml',
  before: { text: lines(8081), mode: 0o644 },
  after: { text: lines(8080), mode: 0o644 },
};
export const portDiff = unifiedDiff([portFile]);

/** A repair of `box`; it has ended unless it is said to be under way. */
export const aRepair = (change: Partial<RepairView> = {}): RepairView => ({
  ...repairExample,
  repair_id: newId('repair'),
  run_id: null,
  plan_id: null,
  patch_id: null,
  owner: 'ana',
  finished_at: repairExample.started_at,
  exit_code: 1,
  ...change,
});

export const aCandidate = (change: Partial<RepairCandidate> = {}): RepairCandidate => ({
  ...candidateExample,
  diff: portDiff,
  diff_sha256: sha256(portDiff),
  ...change,
});

/** Stores a repair with what it tried. */
export async function addRepair(
  store: Store,
  view: RepairView,
  candidates: readonly RepairCandidate[] = [],
): Promise<RepairView> {
  const { repair_id, run_id, suite, red, status, cause, plan_id, patch_id } = view;
  const ended = view.finished_at !== null;
  const event = {
    type: ended ? ('repair.finished' as const) : ('repair.queued' as const),
    at: Date.parse(view.finished_at ?? view.created_at),
    actor: view.owner,
    host: view.host,
    payload: { repair_id, run_id, suite, red, status, cause, plan_id, patch_id },
  };
  await store.repairs.create(view, [event], null);
  await store.repairs.plan(
    repair_id,
    candidates.map((candidate) => ({ candidate, files: [portFile] })),
  );
  return view;
}

/** Stores a patch of the port. */
export async function addPatch(store: Store, change: Partial<PatchView> = {}): Promise<PatchView> {
  const patch: PatchView = {
    patch_id: newId('patch'),
    repair_id: null,
    plan_id: null,
    host: 'box',
    cause: candidateExample.cause,
    status: 'kept',
    detail: null,
    diff: portDiff,
    diff_sha256: sha256(portDiff),
    files: [hashed(portFile)],
    created_at: iso(Date.now()),
    applied_at: iso(Date.now()),
    ended_at: iso(Date.now()),
    ...change,
  };
  await store.patches.create(patch, [portFile]);
  return patch;
}

/** Stores a repair whose proved patch waits for a yes, as a repair makes it. */
export async function addWaiting(
  store: Store,
  change: Partial<RepairView> = {},
  candidates: readonly RepairCandidate[] = [aCandidate()],
): Promise<{ repair: RepairView; plan: PlanView; patch: PatchView }> {
  const repair = aRepair({ status: 'waiting', finished_at: null, exit_code: null, ...change });
  const { repair_id, owner, suite, correlation_id } = repair;
  const plan_id = planIdOfRepair(repair_id, 1);
  const patch = await addPatch(store, {
    patch_id: patchIdOfRepair(repair_id, 1),
    repair_id,
    plan_id,
    status: 'proposed',
    applied_at: null,
    ended_at: null,
  });
  const { patch_id, host, files, diff, diff_sha256, cause } = patch;
  const { plan } = await propose(planDepsOn(store), {
    source: 'repair',
    plan_id,
    actor: owner,
    steps: [
      { type: 'APPLY_PATCH', params: { patch_id, host, files, diff, diff_sha256 } },
      {
        type: 'RUN_CHECKS',
        params: {
          run_id: 'run-00000000',
          host,
          suite,
          services: ['web'],
          wakes: [],
          reason: `${repair_id}: does the patch hold?`,
          settle_seconds: 60,
        },
      },
    ],
    reason: cause,
    correlation_id,
  });
  await addRepair(store, { ...repair, plan_id, patch_id }, candidates);
  return { repair: { ...repair, plan_id, patch_id }, plan, patch };
}

/** Repairs of every kind of end, one that waits, and patches that were kept, reverted and taken back. */
export async function seedRepairs(
  store: Store,
  failedRun: string,
): Promise<{ waitingRepair: string; endedRepair: string }> {
  const now = Date.now();
  const at = (minutes: number) => {
    const created = now - minutes * minute;
    return { created_at: iso(created), started_at: iso(created + 20) };
  };
  const ended = (minutes: number) => ({
    ...at(minutes),
    finished_at: iso(now - minutes * minute + 74_000),
  });
  const kept = aRepair({
    ...ended(27 * 60),
    status: 'repaired',
    cause: null,
    detail: 'The patch is applied, and every check passed with it: vx11 patch show patch-0f3a9b1c',
    exit_code: 0,
  });
  const patch = await addPatch(store, {
    repair_id: kept.repair_id,
    created_at: iso(now - 27 * 60 * minute),
  });
  await addRepair(store, { ...kept, patch_id: patch.patch_id }, [aCandidate()]);
  const needs = aRepair({
    ...ended(26 * 60),
    status: 'needs_value',
    suite: 'orders',
    cause: 'env_missing',
    red: ['orders/create'],
    detail:
      'db does not start without POSTGRES_PASSWORD. Set POSTGRES_PASSWORD for db in compose.yaml, or in a secret.',
    findings: [
      {
        class: 'env_missing',
        service: 'db',
        by: 'rule',
        cause: 'db does not start without POSTGRES_PASSWORD',
        facts: [
          'log of db: Error: Database is uninitialized and superuser password is not specified.',
          'container of db: exited with 1',
        ],
        todo: 'Set POSTGRES_PASSWORD for db in compose.yaml, or in a secret.',
      },
    ],
  });
  await addRepair(store, needs);
  await addRepair(
    store,
    aRepair({
      ...ended(25 * 60),
      status: 'error',
      cause: 'other_host',
      detail: "Repairs run on madre's host only, so far.",
      host: 'attic',
      findings: [],
      exit_code: 2,
    }),
  );
  const broken = aRepair({
    ...ended(5 * 60),
    status: 'rolled_back',
    suite: 'web',
    cause: 'not_green_live',
    detail: 'The patch did not hold and was taken back: web restarted 2 times within 60 s',
  });
  const back = await addPatch(store, {
    repair_id: broken.repair_id,
    status: 'rolled_back',
    created_at: iso(now - 5 * 60 * minute),
  });
  await addRepair(store, { ...broken, patch_id: back.patch_id }, [
    aCandidate({
      verdict: 'refused',
      why: 'it removes the check page of web',
      class: 'model',
      by: 'model',
      cause: 'The check asks for a page that is not there',
      seconds: null,
      changes: [],
    }),
    aCandidate({
      nth: 2,
      verdict: 'not_green',
      why: 'web/health is failed/connection_refused: connect ECONNREFUSED 172.28.0.2:8080',
      cause: 'web listens on its own loopback only',
      class: 'binds_loopback',
      seconds: 8.1,
      changes: [],
    }),
    aCandidate({ nth: 3 }),
  ]);
  const { repair } = await addWaiting(
    store,
    {
      ...at(3),
      suite: 'orders',
      run_id: failedRun,
      red: ['orders/create'],
      reason: 'red before the release',
    },
    [
      aCandidate({
        verdict: 'not_green',
        why: 'orders/create is failed/condition: [STATUS] (503) == 200',
        cause: 'web needs more time to start',
        class: 'start_period',
        seconds: 9.3,
        changes: [],
      }),
      aCandidate({ nth: 2 }),
    ],
  );
  return { waitingRepair: repair.repair_id, endedRepair: broken.repair_id };
}
