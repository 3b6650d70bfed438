import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { RoutingMetrics } from '../../activities/routing/chat/deps.ts';

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function routingMetrics(registry: Registry): RoutingMetrics {
  const registers = [registry];
  const tries = new Counter({
    name: 'vx11_routing_tries_total',
    help: 'Tries of requests at targets, by how they ended',
    labelNames: ['provider', 'model', 'result'],
    registers,
  });
  const first = new Histogram({
    name: 'vx11_routing_first_token_seconds',
    help: 'Seconds until the first content of streamed answers',
    labelNames: ['provider'],
    buckets: seconds,
    registers,
  });
  const tokens = new Counter({
    name: 'vx11_routing_tokens_total',
    help: 'Tokens of requests and answers',
    labelNames: ['provider', 'direction'],
    registers,
  });
  const usd = new Counter({
    name: 'vx11_routing_usd_total',
    help: 'USD that answers with a known price cost',
    labelNames: ['provider'],
    registers,
  });
  const decisions = new Histogram({
    name: 'vx11_routing_decision_seconds',
    help: 'Seconds of one decision',
    buckets: [0.00005, 0.0001, 0.0005, 0.001, 0.01],
    registers,
  });
  const dropped = new Counter({
    name: 'vx11_routing_records_dropped_total',
    help: 'Decisions that were not stored, because the store was away too long',
    registers,
  });
  const waiting = new Gauge({
    name: 'vx11_routing_waiting_requests',
    help: 'Requests that wait in line because every target is busy',
    registers,
  });
  return {
    ended: (provider, model, result) => tries.inc({ provider, model, result }),
    firstToken: (provider, value) => first.observe({ provider }, value),
    spent(provider, tokensIn, tokensOut, cost) {
      tokens.inc({ provider, direction: 'in' }, tokensIn);
      tokens.inc({ provider, direction: 'out' }, tokensOut);
      if (cost !== null) usd.inc({ provider }, cost);
    },
    decided: (value) => decisions.observe(value),
    dropped: (records) => dropped.inc(records),
    waiting: (requests) => waiting.set(requests),
  };
}
