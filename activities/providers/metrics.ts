import { Counter, Histogram, type Registry } from 'prom-client';
import type { LlmCall } from './language-models.ts';

/** Counts every call to a language model. */
export function createLlmMetrics(registry: Registry): (call: LlmCall) => void {
  const registers = [registry];
  const calls = new Histogram({
    name: 'vx11_llm_call_seconds',
    help: 'Duration of a call to the language model, including retries',
    labelNames: ['purpose', 'outcome'],
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
    registers,
  });
  const tokens = new Counter({
    name: 'vx11_llm_tokens_total',
    help: 'Tokens read and written by the language model',
    labelNames: ['direction'],
    registers,
  });
  const cost = new Counter({
    name: 'vx11_llm_cost_usd_total',
    help: 'Cost of the language model in USD, if prices are configured',
    registers,
  });
  return ({ purpose, outcome, tokens_in, tokens_out, cost_usd, latency_ms }) => {
    calls.observe({ purpose, outcome }, latency_ms / 1000);
    tokens.inc({ direction: 'in' }, tokens_in);
    tokens.inc({ direction: 'out' }, tokens_out);
    cost.inc(cost_usd ?? 0);
  };
}
