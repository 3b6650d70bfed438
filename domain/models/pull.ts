import type { NewEvent } from '../../contracts/event.ts';
import type { ModelPull } from '../../contracts/models.ts';

/** What a pull is made from. */
export type PullRequest = Pick<
  ModelPull,
  'job_id' | 'host' | 'owner' | 'correlation_id' | 'source' | 'model' | 'revision' | 'file' | 'pin'
>;

/** What makes one pull of all requests for the same: its id comes from the hash of this text. */
export const pullKey = ({
  host,
  source,
  model,
  revision,
  file,
}: Pick<ModelPull, 'host' | 'source' | 'model' | 'revision' | 'file'>): string =>
  JSON.stringify([host, source, model, revision, file]);

/** A pull before its workflow starts. @param at in epoch ms */
export const queuedPull = (request: PullRequest, at: number): ModelPull => ({
  ...request,
  attempt: 1,
  status: 'queued',
  cause: null,
  detail: null,
  commit: null,
  bytes: 0,
  total_bytes: null,
  model_id: null,
  created_at: new Date(at).toISOString(),
  started_at: null,
  finished_at: null,
});

export const pullHasEnded = ({ finished_at }: ModelPull): boolean => finished_at !== null;

/** A pull that runs, further than before. @param at in epoch ms */
export const pullAt = (
  pull: ModelPull,
  change: Pick<ModelPull, 'status'> & Partial<Pick<ModelPull, 'bytes' | 'total_bytes' | 'commit'>>,
  at: number,
): ModelPull => ({
  ...pull,
  ...change,
  started_at: pull.started_at ?? new Date(at).toISOString(),
});

export type PullEnd =
  { ok: true; model_id: string; bytes: number } | { ok: false; cause: string; detail: string };

/** The end of a pull that somebody cancelled. */
export const cancelledBy = (actor: string): Extract<PullEnd, { ok: false }> => ({
  ok: false,
  cause: 'cancelled',
  detail: `${actor} cancelled it. What came so far is kept for 7 days: the same pull goes on from there.`,
});

/** The ended pull. @param at in epoch ms */
export const endedPull = (pull: ModelPull, end: PullEnd, at: number): ModelPull => ({
  ...pull,
  finished_at: new Date(at).toISOString(),
  ...(end.ok
    ? { status: 'ready', model_id: end.model_id, bytes: end.bytes, total_bytes: end.bytes }
    : { status: 'failed', cause: end.cause, detail: end.detail }),
});

/** The event of an ended pull. @param at in epoch ms */
export const pullEvent = (pull: ModelPull, principal: string | null, at: number): NewEvent => {
  const { job_id, model_id, source, model, file, commit, bytes, cause } = pull;
  return {
    type: pull.status === 'ready' ? 'model.pulled' : 'model.failed',
    at,
    actor: pull.owner,
    actor_id: principal,
    host: pull.host,
    service: 'hermes',
    correlation_id: pull.correlation_id,
    payload: { job_id, model_id, source, model, file, commit, bytes, cause },
  };
};
