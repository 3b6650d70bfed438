import type { ScheduleView } from '../../contracts/schedule.ts';
import type { CheckResult, CheckRunView, SuiteSummary } from '../../contracts/checks.ts';

export const suiteExample: SuiteSummary = {
  name: 'orders',
  kind: 'suite',
  declared: true,
  services: ['web', 'db'],
  checks: 3,
  problems: [],
};

export const runExample: CheckRunView = {
  run_id: 'run-0f3a9b1c2d4e5f60',
  suite: 'orders',
  services: ['web', 'db'],
  host: 'box',
  owner: 'ana',
  trigger: 'api',
  reason: 'before the release',
  correlation_id: 'desk-4',
  open: 'window',
  flaky: 'fail',
  status: 'passed',
  cause: null,
  detail: null,
  window_id: 'window-0f3a9b1c2d4e5f60',
  residue: [],
  created_at: '2026-11-21T12:00:00.000Z',
  started_at: '2026-11-21T12:00:00.020Z',
  finished_at: '2026-11-21T12:00:03.100Z',
  counts: { passed: 1 },
  score: 1,
  flake_rate: 0,
  exit_code: 0,
  cancelled_by: null,
  folder: '/var/lib/vx11/runs/20261121T120000Z_E2E_TEST_CONDUCTOR_v2_0f3a9b1c2d4e5f60',
};

export const resultExample: CheckResult = {
  name: 'create',
  suite: 'orders',
  kind: 'http',
  service: 'web',
  status: 'passed',
  cause: null,
  detail: null,
  started_at: '2026-11-21T12:00:02.000Z',
  ms: 4,
  insecure: false,
  attempts: [],
};

export const scheduleExample: ScheduleView = {
  name: 'nightly',
  suites: ['orders'],
  cron: ['30 2 * * 1,2,3,4,5'],
  timezone: 'Europe/Madrid',
  every_seconds: null,
  jitter_seconds: 0,
  catchup_seconds: 300,
  open: 'window',
  flaky: 'fail',
  reason: null,
  paused: false,
  problems: [],
  host: 'box',
  note: null,
  next: ['2026-11-23T01:30:00.000Z'],
  last_run_id: 'run-0f3a9b1c2d4e5f60',
  last_fired_at: '2026-11-20T01:30:00.090Z',
  skipped: 0,
  missed: 0,
};
