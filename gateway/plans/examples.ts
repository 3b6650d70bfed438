import type { z } from 'zod';
import type {
  ChatAnswer,
  chatStep,
  chatText,
  SessionSummary,
  SessionView,
} from '../../contracts/chat.ts';
import type { IntentAnswer, ResultAnswer } from '../../contracts/intent.ts';
import type { PlanStep, PlanView } from '../../contracts/plan.ts';
import { exampleCorrelation, exampleId } from '../openapi/examples.ts';

/** All examples of plans show one: redis is to be stopped, and the plan waits for a confirmation. */
export const examplePlanId = 'plan-4b1d0f2a9c3e5577';
export const exampleIntentId = 'intent-0a1b2c3d4e5f6071';
export const exampleToken = 'Zk3vQh0yXr8mT2wLpA9s-g';
const asked = '2026-11-21T12:00:00.000Z';
const until = '2026-11-21T12:10:00.000Z';
export const exampleHash = '5f'.repeat(32);

export const stepExample: PlanStep = {
  step_id: 's1',
  type: 'CLOSE_WINDOW',
  params: { window_ids: [exampleId], services: ['redis'] },
  risk: 'HIGH',
  timeout_seconds: 180,
  retries: 3,
  effect: `redis is removed from ${exampleId} and stops; nothing is deleted`,
  undo: null,
  depends_on: [],
  always: false,
  status: 'PENDING',
  started_at: null,
  finished_at: null,
  result: null,
  error: null,
};

export const planExample: PlanView = {
  plan_id: examplePlanId,
  intent_id: exampleIntentId,
  session_id: 'desk',
  source: 'chat',
  actor: 'admin',
  domain: 'system',
  action: 'stop',
  targets: ['redis'],
  reason: null,
  status: 'WAITING',
  risk: 'HIGH',
  risk_because: 'it takes something away (stop)',
  plan_hash: exampleHash,
  steps: [stepExample],
  warnings: [],
  confirmation: { quorum: 1, no_self_approval: false, approvals: [], expires_at: until },
  ended_by: null,
  error: null,
  created_at: asked,
  started_at: null,
  finished_at: null,
  correlation_id: exampleCorrelation,
};

export const chatExample: ChatAnswer = {
  response: `The risk is HIGH: it takes something away (stop). You have to confirm it before ${until}: s1 CLOSE_WINDOW: ${stepExample.effect}.`,
  session_id: 'desk',
  intent_id: exampleIntentId,
  plan_id: examplePlanId,
  status: 'WAITING',
  mode: 'MADRE',
  provider: 'fallback_local',
  model: 'rules',
  warnings: [],
  targets: ['redis'],
  actions: [stepExample],
  confirm_token: exampleToken,
  expires_at: until,
  degraded: false,
  correlation_id: exampleCorrelation,
};

export const textEventExample: z.infer<typeof chatText> = { delta: 'I open services ' };
export const stepEventExample: z.infer<typeof chatStep> = {
  plan_id: examplePlanId,
  step_id: 's1',
  type: 'OPEN_WINDOW',
  status: 'RUNNING',
  error: null,
};

export const sessionSummaryExample: SessionSummary = {
  session_id: 'desk',
  started_at: asked,
  last_at: asked,
  messages: 1,
  first_message: 'stop redis',
};

export const sessionExample: SessionView = {
  session_id: 'desk',
  user_id: 'admin',
  mode: 'MADRE',
  topic: 'system',
  summary: 'stop redis',
  message_count: 1,
  created_at: asked,
  updated_at: asked,
  messages: [
    {
      seq: 1,
      at: asked,
      actor: 'admin',
      message: 'stop redis',
      response: chatExample.response,
      status: 'WAITING',
      intent_id: exampleIntentId,
      plan_id: examplePlanId,
    },
  ],
};

export const intentExample: IntentAnswer = {
  correlation_id: exampleCorrelation,
  status: 'DONE',
  mode: 'MADRE',
  provider: 'fallback_local',
  response: {
    text: 'Nothing runs in a window. 7 services asleep by policy.',
    plan_id: examplePlanId,
  },
  error: null,
  degraded: false,
  timestamp: asked,
};

export const resultExample: ResultAnswer = {
  correlation_id: exampleCorrelation,
  status: 'DONE',
  mode: 'MADRE',
  provider: 'fallback_local',
  result: { plan_id: examplePlanId, steps: [] },
  error: null,
  timestamp: asked,
};
