import type {
  BuilderSpecAnswer,
  PatchPlanAnswer,
  ValidateDriftAnswer,
} from '../../contracts/manifestator.ts';

export const validateExample: ValidateDriftAnswer = {
  valid: true,
  issues: [],
  risk: 'mid',
  hash: '0f3a9b1c2d4e',
};

export const patchPlanExample: PatchPlanAnswer = {
  plan_id: 'patchplan-0f3a9b1c2d4e5f60',
  actions: [{ action: 'add', target: 'web', reason: 'declared, and not there' }],
  risk: 'low',
  estimated_time_sec: 2,
  notes: 'local: a proposal',
};

export const builderExample: BuilderSpecAnswer = {
  builder_id: 'builder-0f3a9b1c2d4e5f60',
  actions: [],
  artifacts: ['web.patch'],
  risk: 'low',
  estimated_time: 5,
  hash: '0f3a9b1c2d4e5f60',
};

export const mapExample = {
  version: 3,
  hash: '0f3a9b1c2d4e5f60',
  lanes: ['structure'],
  services: ['web'],
};
