import type { ProvidersView, RouteAnswer, SwitchChatAnswer } from '../../contracts/switch.ts';
import type { DecisionSummary, RoutingKnown } from '../../contracts/switch-known.ts';
import { weightsOf } from '../../domain/routing/settings.ts';

/** One answer of a target. */
export const completionExample = {
  id: 'chatcmpl-3a9f41c07b2de815',
  object: 'chat.completion' as const,
  created: 1_795_953_600,
  model: 'deepseek/deepseek-flash',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
};

export const responsesExample = {
  id: 'resp_3a9f41c07b2de815',
  object: 'response' as const,
  status: 'completed' as const,
  model: 'deepseek/deepseek-flash',
  output: [
    {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hello.', annotations: [] }],
    },
  ],
};
export const messagesExample = {
  id: 'msg_3a9f41c07b2de815',
  type: 'message' as const,
  model: 'deepseek/deepseek-flash',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
};
export const embeddingsExample = {
  object: 'list' as const,
  model: 'ollama/nomic-embed-text',
  data: [{ object: 'embedding', index: 0, embedding: [0.12, -0.08] }],
};

export const routeExample: RouteAnswer = {
  status: 'ok',
  model: 'deepseek/deepseek-flash',
  decision_id: null,
  reply: null,
  explanation: null,
  error: null,
  hint: null,
};

const answered = { status: 'ok' as const, error: null, hint: null };
export const chatAnswerExample: SwitchChatAnswer = {
  ...answered,
  provider: 'deepseek',
  decision: 'remote',
  content: 'Hello.',
  reply: 'Hello.',
  latency_ms: 640,
  engine_used: 'deepseek/deepseek-flash',
  used_cli: false,
  fallback_reason: null,
  tokens_used: 12,
  decision_id: 'decision-3a9f41c07b2de815',
};
export const taskAnswerExample = {
  ...answered,
  task_type: 'summarize' as const,
  provider: 'deepseek',
  decision: 'remote' as const,
  result: 'In short: …',
  latency_ms: 910,
  queue_id: 'decision-3a9f41c07b2de815',
  reasoning: 'GET /switch/decisions/decision-3a9f41c07b2de815',
};

export const controlExample = {
  status: 'ok' as const,
  mode: 'ECO' as const,
  profile: weightsOf.ECO,
  modes: null,
};
export const feedbackExample = { decision_id: 'decision-3a9f41c07b2de815', score: 0.9 };
export const replayExample = {
  decision_id: 'decision-3a9f41c07b2de815',
  same: true,
  chosen: 'deepseek/deepseek-flash',
  why: 'deepseek/deepseek-flash: the only one that can take it',
};

export const providersExample: ProvidersView = {
  at: '2026-11-29T12:00:00.000Z',
  providers: [
    {
      id: 'deepseek',
      kind: 'openai',
      base_url: 'https://api.deepseek.com',
      keys: [{ env: 'DEEPSEEK_API_KEY', set: true, block: null }],
      service: null,
      list: 'ok',
      models: [
        {
          id: 'deepseek/deepseek-flash',
          auto: true,
          context: 128_000,
          max_output: 8000,
          price: { in: 0.3, out: 1.2, cached: 0.03 },
          can: ['tools', 'json'],
          quality: 0.6,
          last_resort: false,
          block: null,
        },
      ],
    },
  ],
  notes: [],
};

/** A decision with one target. */
export const decisionExample = {
  decision: {
    decision_id: 'decision-3a9f41c07b2de815',
    at_ms: 1_795_953_600_000,
    owner: 'ana',
    owner_id: 'token-1',
    correlation_id: 'desk-4',
    surface: 'chat',
    dropped: [],
    tries: [],
    outcome: null,
  },
  record: { chosen: 'deepseek/deepseek-flash' },
  explanation: {
    chosen: 'deepseek/deepseek-flash',
    why: 'deepseek/deepseek-flash: the only one that can take it',
    explored: false,
    probability: 1,
    targets: [],
    excluded: [],
  },
};

export const summaryExample: DecisionSummary = {
  decision_id: 'decision-3a9f41c07b2de815',
  at: '2026-11-29T12:00:00.000Z',
  owner: 'ana',
  type: 'chat',
  mode: 'BALANCED',
  target: 'deepseek/deepseek-flash',
  why: 'deepseek/deepseek-flash: the only one that can take it',
  explored: false,
  tries: 1,
  ok: true,
  code: null,
  cost_usd: 0.0000034,
  ms: 640,
};

export const knownExample: RoutingKnown = {
  mode: 'BALANCED',
  targets: [
    {
      id: 'deepseek/deepseek-flash',
      outcomes: 41.5,
      success: 0.98,
      quality: 0.71,
      first_token_seconds: 0.4,
      tokens_per_second: 88,
      wake_seconds: null,
    },
  ],
  day: '2026-11-29',
  limits: { all: 2, owner: null },
  spend: [
    { kind: 'all', name: 'all', spent_usd: 0.41, reserved_usd: 0, tokens: 91_000, requests: 63 },
  ],
};
