interface Run {
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export const hasEnded = ({ finished_at }: Pick<Run, 'finished_at'>): boolean =>
  finished_at !== null;

/** How long a run took, in ms; null while it has not ended. */
export const tookMs = ({ started_at, created_at, finished_at }: Run): number | null =>
  finished_at === null ? null : Date.parse(finished_at) - Date.parse(started_at ?? created_at);
