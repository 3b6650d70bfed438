/** What the language model may use in one day (UTC). */
export interface Budget {
  usd_per_day: number;
  tokens_per_day: number;
}

export interface Spent {
  tokens: number;
  cost_usd: number;
}

/** The used part of the limit that is nearer to its end; 1 or more is all of it. */
export const budgetUsed = (budget: Budget, { tokens, cost_usd }: Spent): number =>
  Math.max(part(tokens, budget.tokens_per_day), part(cost_usd, budget.usd_per_day));

const part = (used: number, limit: number): number => (limit === 0 ? 1 : used / limit);
