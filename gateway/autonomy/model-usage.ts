import type { ModelUsage } from '../../contracts/model-usage.ts';
import { percentile } from '../../domain/checks/load/percentile.ts';
import type { LlmCallFigures } from '../../store/autonomy/llm-calls.ts';

/** What calls cost and how long they took, a model each; the one with the most calls first. */
export function usageByModel(calls: readonly LlmCallFigures[]): ModelUsage[] {
  const groups = Map.groupBy(calls, ({ provider, model }) => JSON.stringify([provider, model]));
  return [...groups.values()]
    .map((of): ModelUsage => {
      const { provider, model } = of[0]!;
      const latencies = of.map(({ latency_ms }) => latency_ms);
      const costs = of.map(({ cost_usd }) => cost_usd).filter((cost) => cost !== null);
      const sum = (values: readonly number[]): number => values.reduce((one, two) => one + two, 0);
      return {
        provider,
        model,
        calls: of.length,
        failed: of.filter(({ outcome }) => outcome !== 'ok').length,
        tokens_in: sum(of.map(({ tokens_in }) => tokens_in)),
        tokens_out: sum(of.map(({ tokens_out }) => tokens_out)),
        cost_usd: costs.length === 0 ? null : sum(costs),
        latency_ms: {
          p50: percentile(latencies, 50),
          p95: percentile(latencies, 95),
          max: Math.max(...latencies),
        },
      };
    })
    .toSorted((one, other) => other.calls - one.calls);
}
