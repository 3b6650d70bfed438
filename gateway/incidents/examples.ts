import type { Lane, RailsEvent } from '../../contracts/rails.ts';

export const laneExample: Lane = {
  lane_id: 'fs_drift',
  domain: 'structure',
  intent_type: 'fs_drift',
  owner_module: 'manifestator',
  escalation: 'propose',
  constraints: {},
  invariants: ['a plan only, never applied'],
  map_version: 1,
  updated_at: '2026-11-21T12:00:00.000Z',
  updated_by: 'admin',
};

export const railsEventExample: RailsEvent = {
  seq: 3,
  at: '2026-11-21T12:00:05.000Z',
  what: 'routed',
  lane_id: 'fs_drift',
  intent_id: 'intent-77aa12bc34de56f0',
  correlation_id: 'scan-17',
  result: { domain: 'structure', intent_type: 'fs_drift', owner_module: 'manifestator' },
};

export const scannerIntentExample = {
  type: 'incident',
  source: 'hormiguero',
  correlation_id: 'scan-17',
  payload: {
    domain: 'structure',
    intent_type: 'fs_drift',
    summary: '3 files differ from what was declared',
    urgency: 'medium' as const,
    requester: 'reina',
  },
};
