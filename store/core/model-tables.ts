/** The tables of hermes' models. */
export interface ModelTables {
  model_pulls: {
    id: string;
    host: string;
    /** The principal of its owner; null where only the name is known. */
    owner_id: string | null;
    status: string;
    created_at: number;
    finished_at: number | null;
    view: string;
  };
  models: { id: string; host: string; status: string; name: string; record: string };
  hub_models: { repo: string; seen_at: number; record: string };
}
