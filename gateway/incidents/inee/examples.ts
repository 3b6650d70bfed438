import type { Colony, ColonyEvent, ColonyIntentAnswer } from '../../../contracts/inee.ts';

export const colonyExample: Colony = {
  colony_id: 'garden',
  remote_url: null,
  stage: 'larva',
  last_heartbeat: '2026-11-29T12:03:00.000Z',
  agent_count: 1,
  rewards: { heartbeats: 2, intents: 1 },
  registered_at: '2026-11-29T12:00:00.000Z',
  registered_by: 'admin',
};

export const colonyIntentExample: ColonyIntentAnswer = {
  status: 'accepted',
  state: 'waiting',
  waiting_because: null,
  intent_id: 'intent-77aa12bc34de56f0',
  routing_decision: {
    lane_id: 'colonies',
    owner_module: 'madre',
    escalation: 'propose',
    map_version: 4,
  },
  correlation_id: 'garden:leaf-7',
  colony_id: 'garden',
  asked: 'apply',
  recorded_as: 'propose',
  operation: 'notify_incident',
};

export const colonyEventExample: ColonyEvent = {
  at: '2026-11-29T12:03:00.000Z',
  what: 'stage_changed',
  colony_id: 'garden',
  actor: 'inee:garden',
  correlation_id: 'desk-4',
  detail: { from: 'egg', to: 'larva' },
};

export const payloadExample = { summary: 'web answers slowly', details: { p99_ms: 900 } };
