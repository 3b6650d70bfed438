import type { DriftFinding } from '../../../contracts/drift.ts';

export const findingExample: DriftFinding = {
  kind: 'limits_changed',
  type: 'modified',
  service: 'web',
  path: 'services.web.mem_limit',
  expected: '134217728',
  actual: '67108864',
  severity: 'warn',
  state: 'drift',
  description: 'web: mem_limit is not as the file says.',
  evidence: { container: 'shop-web-1', definition: 'as the file says' },
  patchable: true,
  host: 'box',
  module: 'web',
  fingerprint: '2f1f0c0f7b0a4a6e9f5c6b0f0e9a1d1c4b7a8e9d0c1b2a39485766758493a2b1',
  found_at: '2026-11-29T12:00:00.400Z',
  seen_at: '2026-11-29T12:00:00.400Z',
};
