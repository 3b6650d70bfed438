import type { RunRow } from './run-row.ts';

/** The tables of hermes' models. */
export interface ModelTables {
  model_pulls: RunRow;
  models: { id: string; host: string; status: string; name: string; record: string };
  hub_models: { repo: string; seen_at: number; record: string };
}
