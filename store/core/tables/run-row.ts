/** A run of anything that begins, ends and belongs to somebody. Its `view`, as JSON, is what people read. */
export interface RunRow {
  id: string;
  host: string;
  /** The principal of its owner; null where only the name is known. */
  owner_id: string | null;
  status: string;
  created_at: number;
  finished_at: number | null;
  view: string;
}
