import type { ApplyPatchAnswer, CreatePatchAnswer } from '../../contracts/drift-patch.ts';
import type { PatchView } from '../../contracts/patch.ts';

export const createdExample: CreatePatchAnswer = {
  status: 'no_patch',
  patch_id: null,
  module: 'web',
  timestamp: '2026-11-30T12:00:00.000Z',
  files_modified: [],
  lines_changed: 0,
  r1_reasoning: null,
  test_result: [],
  left: [],
  patch: null,
  error: null,
  hint: 'Nothing is different from what is declared.',
};

export const appliedExample: ApplyPatchAnswer = {
  status: 'waiting',
  patch_id: 'patch-0f3a9b1c2d4e5f60',
  plan_id: 'plan-0f3a9b1c2d4e5f60',
  plan_status: 'WAITING',
  confirm_token: 'Zk3bQx0Wc9vLr2Tn8yHs4A',
  detail: null,
  diff: '',
};

export const plannedExample = {
  dsl_id: 'patch-0f3a9b1c2d4e5f60',
  status: 'planned' as const,
  test_result: [],
  diff: '',
  error: null,
  hint: null,
};

const hash = '2f1f0c0f7b0a4a6e9f5c6b0f0e9a1d1c4b7a8e9d0c1b2a39485766758493a2b1';
const path = ['services', 'web', 'mem_limit'];

export const dslExample: PatchView = {
  patch_id: plannedExample.dsl_id,
  repair_id: null,
  plan_id: null,
  host: 'box',
  cause: 'web.mem_limit',
  status: 'proposed',
  detail: null,
  diff: '',
  diff_sha256: hash,
  files: [{ path: 'compose.yaml', before_sha256: hash, after_sha256: hash }],
  created_at: createdExample.timestamp,
  applied_at: null,
  ended_at: null,
  change: {
    module: 'dsl',
    reason: 'web.mem_limit',
    severity: 'normal',
    direction: 'adopt',
    operations: [
      {
        op: 'set',
        file: 'compose.yaml',
        path,
        expect: '64m',
        value: '32m',
        effects: [{ path, value: '33554432' }],
      },
    ],
    config_diff: [{ path, before: '67108864', after: '33554432' }],
    patch_hash: hash,
    acts: ['compose.yaml: set services.web.mem_limit'],
    services: ['web'],
    touches: [],
    watch_seconds: 30,
    findings: [],
    left: [],
    loses: [],
    tests: [{ stage: 'config', ok: true, detail: 'Compose reads exactly what the operations say' }],
    expires_at: '2026-12-01T12:00:00.000Z',
    before: null,
    commit: null,
  },
};
