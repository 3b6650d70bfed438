import type { z } from 'zod';
import type { autonomyStatusAnswer, AutonomyReport, Decision } from '../../contracts/autonomy.ts';
import type { modelUsageAnswer } from '../../contracts/model-usage.ts';

const started = '2026-11-21T12:00:00.000Z';
const round = '2026-11-21T12:04:30.000Z';

export const decisionExample: Decision = {
  decision_id: 'decision-4be1f0a2c3d4e5f6',
  at: round,
  key: 'lane:fs_drift',
  action: 'scan',
  by: 'rules',
  reasons: ['an intent in the lane fs_drift, for manifestator'],
  alternatives: [],
  params: { module: 'manifestator', lane_id: 'fs_drift' },
  observation: {
    at: round,
    engine: 'ok',
    hosts: [{ host: 'box', load: 0.4, memory: 0.6, pressed_seconds: 0 }],
    troubled: [],
    windows: [],
    plans_waiting: 0,
    intents: [],
  },
  observation_hash: 'a'.repeat(64),
  reasoning: null,
  plan_id: 'plan-4be1f0a2c3d4e5f6',
  plan_status: 'DONE',
  effect: 'helped',
  effect_at: '2026-11-21T12:05:00.000Z',
  correlation_id: 'autonomy-4be1f0a2c3d4e5f6',
};

export const statusExample: z.infer<typeof autonomyStatusAnswer> = {
  running: true,
  interval_seconds: 30,
  started_at: started,
  started_by: 'admin',
  stopped_at: null,
  rounds: 9,
  last_round_at: round,
  last_change_at: round,
  last_decision: {
    decision_id: decisionExample.decision_id,
    at: round,
    key: decisionExample.key,
    action: 'scan',
    by: 'rules',
    reasons: decisionExample.reasons,
    plan_id: decisionExample.plan_id,
    plan_status: 'DONE',
    effect: 'helped',
  },
  budget: { actions_last_hour: 1, llm_tokens_today: 0, llm_cost_usd_today: 0 },
};

export const reportExample: AutonomyReport = {
  from: started,
  to: '2026-11-21T13:00:00.000Z',
  rounds: 120,
  decisions: { wait: 3, scan: 1 },
  effects: { helped: 1 },
  plans: { DONE: 1 },
  llm: { calls: 0, tokens: 0, cost_usd: 0 },
};

export const modelUsageExample: z.infer<typeof modelUsageAnswer> = {
  since: started,
  models: [
    {
      provider: 'ollama',
      model: 'qwen3:8b',
      calls: 12,
      failed: 1,
      tokens_in: 18_400,
      tokens_out: 2100,
      cost_usd: null,
      latency_ms: { p50: 2400, p95: 6100, max: 7300 },
    },
  ],
};
