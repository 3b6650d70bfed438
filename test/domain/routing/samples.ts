import type {
  RequestFeatures,
  RoutingTarget,
  RoutingWeights,
  SleepFacts,
} from '../../../contracts/routing.ts';
import type { RoutingBeliefs } from '../../../contracts/routing-beliefs.ts';
import type { DecisionRecord } from '../../../contracts/routing-decision.ts';
import { randomFrom } from '../../../domain/routing/chance/random.ts';
import { decide } from '../../../domain/routing/decide.ts';
import { noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { learn, type Outcome } from '../../../domain/routing/learning/learn.ts';
import { weightsOf } from '../../../domain/routing/settings.ts';

export const now = Date.UTC(2026, 10, 29, 12);
export const second = 1000;
export const minute = 60 * second;

/** A target that can take every request, and parts to change. */
export const target = (change: Partial<RoutingTarget> = {}): RoutingTarget => ({
  id: 'shop/model',
  family: 'openai',
  enabled: true,
  allowed: true,
  data: 'any',
  needs_key: true,
  keys: [{ id: 'k1', block: null }],
  block: null,
  share: 1,
  can: ['tools', 'vision', 'json', 'audio', 'reasoning'],
  context: 128_000,
  max_output: 8000,
  price: { in: 1, out: 4, cached: 0.1 },
  active: 0,
  concurrency: null,
  queue_seconds: 0,
  left: {
    requests: null,
    tokens: null,
    usd: null,
    most_tokens: null,
    most_usd: null,
    until_ms: null,
  },
  last_resort: false,
  quality: 0.7,
  first_token_seconds: 0.5,
  tokens_per_second: 80,
  sleep: null,
  ...change,
});

/** A service that sleeps and may be woken in some 9 s. */
export const asleep = (change: Partial<SleepFacts> = {}): SleepFacts => ({
  service: 'smol',
  state: 'asleep',
  until_ms: null,
  may_extend: true,
  waking_seconds: 0,
  wake_p50_seconds: 9,
  wake_p90_seconds: 12,
  wake_ok: 0.95,
  may_open: true,
  on_wake_list: true,
  has_room: true,
  quiet: false,
  blocked_until_ms: null,
  window_seconds: 600,
  longest_window_seconds: 3600,
  ahead: 0,
  usd_per_minute: 0,
  requests_per_minute: 0,
  ...change,
});

export const request = (change: Partial<RequestFeatures> = {}): RequestFeatures => ({
  hash: 'abc',
  type: 'chat',
  bytes_in: 4000,
  extra_tokens: 0,
  max_output: null,
  needs: [],
  families: null,
  data: 'any',
  max_cost_usd: null,
  budget_left_usd: null,
  deadline_seconds: null,
  fallback: true,
  wake: 'allow',
  named: null,
  warm: null,
  ...change,
});

interface Situation {
  request?: RequestFeatures;
  targets: readonly RoutingTarget[];
  beliefs?: RoutingBeliefs;
  weights?: RoutingWeights;
  seed?: number;
  at?: number;
}

export const decided = ({
  request: asked = request(),
  targets,
  beliefs = noBeliefs(),
  weights = weightsOf.BALANCED,
  seed = 1,
  at = now,
}: Situation): DecisionRecord =>
  decide(asked, { version: 'c1', targets }, beliefs, weights, at, seed);

export const outcome = (change: Partial<Outcome> = {}): Outcome => ({
  target: 'shop/model',
  request: request(),
  failure: null,
  evidence: {},
  first_token_seconds: 0.5,
  stream_seconds: 2,
  tokens_out: 100,
  reported_tokens_in: null,
  ...change,
});

/** Lets a target answer `n` times with one evidence. */
export function answers(beliefs: RoutingBeliefs, n: number, change: Partial<Outcome>): void {
  for (let time = 0; time < n; time += 1) learn(beliefs, outcome(change));
}

/** Any situation that can happen, made from a seed: up to 30 targets, half of them learned about. */
export function anySituation(seed: number): Required<Situation> {
  const random = randomFrom(seed);
  const one = <T>(...items: T[]): T => items[Math.floor(random() * items.length)]!;
  const maybe = <T>(value: T): T | null => (random() < 0.3 ? value : null);
  const block = () =>
    maybe({
      reason: one('cooling' as const, 'quota' as const, 'breaker_open' as const),
      until_ms: maybe(now + Math.floor((random() - 0.3) * 60_000)),
    });
  const targets = Array.from({ length: Math.floor(random() * 30) }, (_, at) =>
    target({
      id: `shop-${at % 4}/model-${at}`,
      enabled: random() > 0.1,
      block: random() < 0.3 ? block() : null,
      keys: [
        { id: 'k1', block: block() },
        { id: 'k2', block: block() },
      ],
      share: one(1, 1, 0.5, 0.1),
      context: maybe(Math.floor(random() * 50_000)),
      price: random() < 0.2 ? null : { in: random() * 5, out: random() * 20, cached: random() },
      quality: random(),
      first_token_seconds: 0.1 + 3 * random(),
      tokens_per_second: 5 + 200 * random(),
      queue_seconds: one(0, 0, random() * 5),
      last_resort: random() < 0.05,
      sleep: maybe(
        asleep({
          state: one('asleep', 'waking', 'awake', 'held'),
          until_ms: maybe(now + random() * 600_000),
          usd_per_minute: random() * 0.01,
          requests_per_minute: random() * 10,
          waking_seconds: random() * 10,
        }),
      ),
    }),
  );
  const asked = request({
    type: one('chat', 'code', 'extract'),
    bytes_in: Math.floor(10 ** (1 + 4 * random())),
    max_output: maybe(100 + Math.floor(random() * 4000)),
    max_cost_usd: maybe(random() * 0.1),
    deadline_seconds: maybe(random() * 60),
    fallback: random() > 0.2,
    named: targets.length > 0 && random() < 0.1 ? one(...targets).id : null,
    warm: targets.length > 0 ? maybe({ target: one(...targets).id, tokens: 500 }) : null,
  });
  const beliefs = noBeliefs();
  for (const { id } of targets.filter(() => random() < 0.5))
    answers(beliefs, 1 + Math.floor(random() * 20), {
      target: id,
      request: asked,
      evidence: { feedback: random() },
      failure: random() < 0.1 ? 'failed' : null,
      first_token_seconds: random() * 3,
    });
  beliefs.round = Math.floor(random() * 5000);
  beliefs.rounds = { chat: Math.floor(random() * 2000) };
  beliefs.explore_tokens = one(0, 1, 5);
  const weights = weightsOf[one('ECO', 'BALANCED', 'HIGH-PERF', 'CRITICAL')];
  return {
    request: asked,
    targets,
    beliefs,
    weights,
    seed: Math.floor(random() * 2 ** 32),
    at: now,
  };
}
