import type {
  CheckAttempt,
  CheckResult,
  CheckRunView,
  CheckStatus,
  SuiteSummary,
} from '../../../contracts/checks.ts';
import { endOfRun } from '../../../domain/checks/outcome.ts';
import { readSchedules } from '../../../domain/checks/read-schedules.ts';
import type { Store } from '../../../store/index.ts';
import { aRun } from '../../activities/checks/a-run.ts';
import { iso, minute } from '../../domain/samples.ts';
import { closed } from './seed.ts';

/** What can be checked in the house. */
export const suites: SuiteSummary[] = [
  {
    name: 'orders',
    kind: 'suite',
    declared: true,
    services: ['web', 'db'],
    checks: 4,
    problems: [],
  },
  { name: 'edge', kind: 'group', declared: true, services: ['web'], checks: 2, problems: [] },
  {
    name: 'billing',
    kind: 'suite',
    declared: true,
    services: [],
    checks: 0,
    problems: ['x-vx11.suites.2.endpoints.0: `graphql` is not supported'],
  },
  ...['web', 'db', 'gitea', 'immich'].map((name): SuiteSummary => ({
    name,
    kind: 'service',
    declared: name === 'web',
    services: [name],
    checks: 1,
    problems: [],
  })),
];

/** When the house is checked by itself: one that runs, one that is paused, one with a mistake. */
export const schedules = readSchedules(
  [
    { name: 'nightly', suites: ['orders'], cron: '30 2 * * 1-5', timezone: 'Europe/Madrid' },
    { name: 'often', suites: ['web'], every: '10m', open: 'never', paused: true },
    { name: 'odd', suites: ['billing'], every: 'often' },
  ],
  suites,
);

const names = ['create', 'read', 'list', 'health'];

/** A check that ended so, with the tries that lead there. */
export function aResult(
  name: string,
  status: CheckStatus,
  at: number,
  change: Partial<CheckResult> = {},
): CheckResult {
  const passed: CheckAttempt = {
    attempt: 1,
    status: 'passed',
    cause: null,
    detail: null,
    started_at: iso(at),
    ms: 14,
    evidence: 'HTTP 200\ncontent-type: application/json\n\n{"id":7,"n":1}',
  };
  const failed: CheckAttempt = {
    ...passed,
    status: 'failed',
    cause: 'condition',
    detail: '[STATUS] (503) == 200',
    evidence: 'HTTP 503\ncontent-type: text/plain\n\nno connection to db: too many clients',
  };
  const attempts: Partial<Record<CheckStatus, CheckAttempt[]>> = {
    passed: [passed],
    failed: [failed],
    flaky: [failed, { ...passed, attempt: 2, started_at: iso(at + 400) }],
  };
  const tries = attempts[status] ?? [];
  return {
    name,
    suite: 'orders',
    kind: 'http',
    service: 'web',
    status,
    cause: status === 'passed' ? null : (tries[0]?.cause ?? status),
    detail: status === 'passed' ? null : (tries[0]?.detail ?? 'create ended failed'),
    started_at: tries.length === 0 ? null : iso(at),
    ms: tries.length === 0 ? null : 14,
    insecure: false,
    attempts: tries,
    ...change,
  };
}

/** Stores a run with its results; one with an `end` has ended. */
export async function addRun(
  store: Store,
  change: Partial<CheckRunView>,
  results: readonly CheckResult[],
  { ended = true }: { ended?: boolean } = {},
): Promise<CheckRunView> {
  const { created_at, flaky } = { ...aRun(), ...change };
  const facts = { flaky, cancelled: false, cancelled_by: null, refused: null, residue: null };
  const end = ended ? endOfRun(results, facts) : {};
  const started_at = iso(Date.parse(created_at) + 200);
  const finished_at = ended ? iso(Date.parse(created_at) + 4300) : null;
  const run = aRun({ host: 'box', open: 'window', started_at, finished_at, ...end, ...change });
  await store.checks.create(
    run,
    [
      {
        type: ended ? 'checks.finished' : 'checks.running',
        at: Date.parse(finished_at ?? started_at),
        actor: run.owner,
        host: run.host,
        payload: { run_id: run.run_id, suite: run.suite, status: run.status },
      },
    ],
    null,
  );
  await store.checks.plan(
    run.run_id,
    results.map((result, nth) => ({ ...result, nth, stored: {} })),
  );
  return run;
}

/** The runs of a few days: green ones, flaky ones, one that failed with its window, and one that still runs. */
export async function seedChecks(store: Store): Promise<{ failedRun: string; liveRun: string }> {
  const now = Date.now();
  const one = (nth: number, statuses: readonly CheckStatus[], suite: string) => {
    const at = now - (nth + 1) * 97 * minute;
    const results = names
      .slice(0, statuses.length)
      .map((name, at_) => aResult(name, statuses[at_]!, at, { suite }));
    return addRun(
      store,
      { suite, owner: nth % 3 === 0 ? 'ci' : 'ana', created_at: iso(at), services: ['db', 'web'] },
      results,
    );
  };
  const next = [5, 29].map((hours) => iso(now + hours * 60 * minute));
  const kept = { name: 'nightly', spec: '{}', paused: false, note: null, skipped: 0, missed: 1 };
  await store.schedules.keep('box', { ...kept, next }, []);
  const p = 'passed';
  for (let nth = 26; nth > 1; nth -= 1) {
    const bad = nth % 9 === 0 ? (['failed', 'skipped', p, p] as const) : null;
    const odd = nth % 7 === 0 ? ([p, 'flaky', p, p] as const) : null;
    await one(nth, bad ?? odd ?? [p, p, p, p], 'orders');
    if (nth % 2 === 0) await one(nth, nth % 8 === 0 ? [p, 'failed'] : [p, p], 'web');
    if (nth % 5 === 0) await one(nth, [p, p, p], 'all');
  }
  const at = now - 34 * minute;
  const window = await closed(
    store,
    { services: ['web', 'db'], members: ['db', 'web'], owner: 'ana', reason: 'checks of orders' },
    { ago: 34 * minute - 5000, lasted: 5000, overrun: 0 },
    { closed_by: 'caller', overrun_ms: null },
  );
  const failed = await addRun(
    store,
    {
      suite: 'orders',
      owner: 'ana',
      reason: 'before the release',
      created_at: iso(at),
      services: ['db', 'web'],
      window_id: window.window_id,
      residue: [],
      flake_rate: 0.15,
    },
    [
      aResult('create', 'failed', at),
      aResult('read', 'skipped', at),
      aResult('list', 'flaky', at, { ms: 611 }),
      aResult('health', 'passed', at, { insecure: true }),
    ],
  );
  const live = await addRun(
    store,
    {
      suite: 'web',
      owner: 'ben',
      reason: 'after the update',
      created_at: iso(now - 3000),
      services: ['web'],
      trigger: 'plan',
    },
    [
      aResult('health', 'passed', now, { suite: 'web' }),
      aResult('metrics', 'not_run', now, { suite: 'web', cause: 'not_run', detail: null }),
    ],
    { ended: false },
  );
  return { failedRun: failed.run_id, liveRun: live.run_id };
}
