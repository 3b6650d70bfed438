import type { Decision, Observation } from '../../../contracts/autonomy.ts';
import { newId } from '../../../contracts/ids.ts';
import type { PastAction, Memory } from '../../../domain/autonomy/memory.ts';
import { iso, noon } from '../samples.ts';

/** An observation of an idle installation, and parts to add to it. */
export const calm = (change: Partial<Observation> = {}): Observation => ({
  at: new Date(noon).toISOString(),
  engine: 'ok',
  hosts: [{ host: 'box', load: 0.2, memory: 0.5, pressed_seconds: 0 }],
  troubled: [],
  windows: [],
  plans_waiting: 0,
  intents: [],
  ...change,
});

export const window = (change: Partial<Observation['windows'][number]> = {}) => ({
  window_id: 'window-00000001',
  host: 'box',
  owner: 'ada',
  services: ['web'],
  state: 'open',
  remaining_seconds: 300,
  waits_seconds: 0,
  ...change,
});
export const part = (change: Partial<Observation['troubled'][number]> = {}) => ({
  name: 'web',
  host: 'box',
  tier: 'window' as const,
  health: 'degraded' as const,
  reason: 'unhealthy',
  for_seconds: 90,
  window_ids: ['window-00000001'],
  ...change,
});
export const lane = (change: Partial<Observation['intents'][number]> = {}) => ({
  lane_id: 'fs_drift',
  owner_module: 'manifestator',
  urgency: 'medium' as const,
  constraints: {},
  intent_ids: ['intent-00000001'],
  summary: '3 files differ',
  ...change,
});
export const pressed = { host: 'box', load: 3, memory: 0.5, pressed_seconds: 120 };

export const fresh: Memory = { acted: [], actions_last_hour: 0, actions_per_hour: 6 };
export const acted = (change: Partial<PastAction> = {}): PastAction => ({
  decision_id: 'decision-00000001',
  key: 'part:box/web',
  at: noon,
  plan_id: 'plan-00000001',
  plan_status: 'DONE',
  effect: 'no_change',
  effect_at: noon,
  ...change,
});

/** A decision without an effect yet. */
export const aDecision = (change: Partial<Decision> = {}): Decision => ({
  decision_id: newId('decision'),
  at: iso(noon),
  key: 'part:box/web',
  action: 'scan',
  by: 'rules',
  reasons: ['it is down'],
  alternatives: [],
  params: {},
  observation: calm(),
  observation_hash: 'h',
  reasoning: null,
  plan_id: null,
  plan_status: null,
  effect: null,
  effect_at: null,
  correlation_id: 'c',
  ...change,
});
