import type { PatchView } from '../../contracts/patch.ts';
import type { RepairCandidate, RepairView } from '../../contracts/repair.ts';

const diff = [
  'diff --git a/compose.yaml b/compose.yaml',
  '--- a/compose.yaml',
  '+++ b/compose.yaml',
  '@@ -4 +4 @@',
  '-      PORT: "8081"',
  '+      PORT: "8080"',
  '',
].join('\n');
const sha = '5f0c1c2b9f6f4c9d4d1f4f2a7f6b1e0d3c5a7b9e8d6f4a2c1b0e9d8c7f6a5b4c';
const cause = 'web listens on 8081, and everything else asks for 8080.';

export const repairExample: RepairView = {
  repair_id: 'repair-0f3a9b1c2d4e5f60',
  run_id: 'run-0f3a9b1c2d4e5f60',
  suite: 'web',
  host: 'box',
  owner: 'ana',
  trigger: 'api',
  reason: null,
  correlation_id: 'desk-4',
  dry_run: false,
  status: 'waiting',
  cause: 'wrong_port',
  detail: `${cause} Look at the patch and confirm it: vx11 plan confirm plan-0f3a9b1c2d4e5f6001`,
  red: ['web/health'],
  findings: [
    {
      class: 'wrong_port',
      service: 'web',
      by: 'rule',
      cause,
      facts: ['compose.yaml:4: PORT: "8081"'],
      todo: null,
    },
  ],
  cycle: 1,
  cycles: 3,
  plan_id: 'plan-0f3a9b1c2d4e5f6001',
  patch_id: 'patch-0f3a9b1c2d4e5f6001',
  usd: 0,
  created_at: '2026-11-29T12:00:00.000Z',
  started_at: '2026-11-29T12:00:00.020Z',
  finished_at: null,
  exit_code: null,
  cancelled_by: null,
  folder: null,
};

export const candidateExample: RepairCandidate = {
  cycle: 1,
  nth: 1,
  class: 'wrong_port',
  service: 'web',
  by: 'rule',
  cause,
  facts: ['compose.yaml:4: PORT: "8081"', 'container of web: it listens on 8081'],
  diff,
  diff_sha256: sha,
  verdict: 'proved',
  why: null,
  changes: ['web: environment PORT 8081 → 8080'],
  seconds: 6.4,
};

export const patchExample: PatchView = {
  patch_id: 'patch-0f3a9b1c2d4e5f6001',
  repair_id: 'repair-0f3a9b1c2d4e5f60',
  plan_id: 'plan-0f3a9b1c2d4e5f6001',
  host: 'box',
  cause,
  status: 'proposed',
  detail: null,
  diff,
  diff_sha256: sha,
  files: [{ path: 'compose.yaml', before_sha256: sha, after_sha256: sha }],
  created_at: '2026-11-29T12:00:06.500Z',
  applied_at: null,
  ended_at: null,
};
