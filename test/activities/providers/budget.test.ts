import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { budgetUsed } from '../../../activities/providers/budget.ts';
import { gaugeBudget } from '../../../activities/providers/metrics.ts';

const budget = { usd_per_day: 2, tokens_per_day: 1000 };

test('the used part of a budget is that of the limit which is nearer', () => {
  expect(budgetUsed(budget, { tokens: 100, cost_usd: 1.8 })).toBe(0.9);
  expect(budgetUsed(budget, { tokens: 1500, cost_usd: 0 })).toBe(1.5);
  expect(budgetUsed({ ...budget, usd_per_day: 0 }, { tokens: 0, cost_usd: 0 })).toBe(1);
});

test('the gauge of the budget is read at each scrape, and a store that fails leaves the scrape whole', async () => {
  const registry = new Registry();
  let spent = async () => ({ tokens: 250, cost_usd: 0 });
  gaugeBudget(registry, budget, () => spent());
  expect(await registry.metrics()).toContain('vx11_llm_budget_used_ratio 0.25');
  spent = () => Promise.reject(new Error('no store'));
  expect(await registry.metrics()).not.toContain('0.25');
});
