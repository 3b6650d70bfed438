import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { budgetUsed, type Budget, type Spent } from './budget.ts';
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

/** Registers a gauge of the part of today's budget that is used, which is read from the store at each scrape. */
export function gaugeBudget(registry: Registry, budget: Budget, spent: () => Promise<Spent>): void {
  const used: Gauge = new Gauge({
    name: 'vx11_llm_budget_used_ratio',
    help: 'Part of the budget of the language model that is used today (UTC); from 1 on no call is made',
    registers: [registry],
    collect: async () => {
      try {
        used.set(budgetUsed(budget, await spent()));
      } catch {
        used.reset(); // without the store nobody knows it
      }
    },
  });
}
