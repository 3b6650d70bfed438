import type { AudioJob, AudioJobStatus, AudioPhase, AudioRequest } from '../../contracts/audio.ts';
import type { NewEvent } from '../../contracts/event.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** A job before its workflow starts. @param at in epoch ms */
export const queuedAudio = (
  request: Pick<AudioJob, 'job_id' | 'host' | 'owner' | 'correlation_id' | 'request'>,
  at: number,
): AudioJob => ({
  ...request,
  status: 'queued',
  phase: null,
  percent: 0,
  pass: null,
  cause: null,
  detail: null,
  created_at: iso(at),
  started_at: null,
  finished_at: null,
  artifacts: [],
});

export const audioHasEnded = ({ finished_at }: Pick<AudioJob, 'finished_at'>): boolean =>
  finished_at !== null;

/** The phases of a job, in order. */
export const phasesOf = ({ kind }: Pick<AudioRequest, 'kind'>): AudioPhase[] =>
  kind === 'analyze'
    ? ['probe', 'measure', 'describe', 'export']
    : kind === 'master'
      ? ['probe', 'measure', 'describe', 'render', 'export']
      : ['probe', 'measure', 'render', 'export'];

const statusOf: Record<AudioPhase, AudioJobStatus> = {
  probe: 'running',
  measure: 'analyzing',
  describe: 'analyzing',
  render: 'processing',
  export: 'exporting',
};

/** A job in one of its phases, or waiting for a window. @param at in epoch ms */
export const audioAt = (
  job: AudioJob,
  { phase, waits }: { phase: AudioPhase; waits: boolean },
  at: number,
): AudioJob => ({
  ...job,
  status: waits ? 'waiting_for_window' : statusOf[phase],
  phase,
  percent: waits ? job.percent : doneBefore(job.request, phase),
  pass: null,
  started_at: job.started_at ?? iso(at),
});

/** How far a job is while a phase has done a part, 0 to 1, of its own. */
export function percentOf(request: AudioRequest, phase: AudioPhase, part: number): number {
  const one = 100 / phasesOf(request).length;
  return Math.round(doneBefore(request, phase) + one * Math.min(1, Math.max(0, part)));
}

const doneBefore = (request: AudioRequest, phase: AudioPhase): number => {
  const phases = phasesOf(request);
  return Math.round((100 * Math.max(0, phases.indexOf(phase))) / phases.length);
};

export type AudioEnd =
  | { ok: true; artifacts: string[] }
  | { ok: false; cancelled: boolean; cause: string; detail: string };

/** The ended job. @param at in epoch ms */
export const endedAudio = (job: AudioJob, end: AudioEnd, at: number): AudioJob => ({
  ...job,
  finished_at: iso(at),
  ...(end.ok
    ? { status: 'completed', percent: 100, artifacts: end.artifacts }
    : {
        status: end.cancelled ? 'cancelled' : 'failed',
        cause: end.cause,
        detail: end.detail,
      }),
});

/** The event of an ended job. @param at in epoch ms */
export const audioEvent = (job: AudioJob, principal: string | null, at: number): NewEvent => {
  const { job_id, host, owner, correlation_id, request, status, cause } = job;
  return {
    type: 'audio.finished',
    at,
    actor: owner,
    actor_id: principal,
    host,
    service: 'shubniggurath',
    correlation_id,
    payload: { job_id, kind: request.kind, inputs: request.inputs.length, status, cause },
  };
};
