import type { AudioJob, AudioJobAnswer, AudioRequest } from '../../contracts/audio.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { idOnce } from '../temporal/id-once.ts';
import { audioHasEnded, endedAudio, queuedAudio } from '../../domain/audio/job.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { waitUntilStored } from '../reads/wait-for-store.ts';
import { WorkflowGone } from '../temporal/not-taken.ts';
import { neverStarted, startStored } from '../temporal/start-stored.ts';
import { shubAsleep } from './asleep.ts';
import { requireFiles } from './require-files.ts';

const callLimitMs = 5000;

/** How a job is asked for. */
export interface Asked {
  sender: Actor;
  /** Shared by all retries of a request, which start one job; null without an Idempotency-Key. */
  repeatKey: string | null;
  /** How long to wait for its end, in ms. */
  waitMs: number;
}

/** Starts audio jobs, and ends them. */
export interface AudioControl {
  /**
   * Stores a job and starts its workflow. Answers with a refusal, not an error, while policy keeps shubniggurath asleep.
   * @throws VX11Error `audio_file_not_found`, `invalid`; errors of Temporal
   */
  start(request: AudioRequest, asked: Asked): Promise<AudioJobAnswer>;
  /** Ends a job; one that has ended stays as it is. */
  cancel(job: AudioJob, by: string): Promise<void>;
  /** Throws `audio_job_not_found`. */
  find(id: string): Promise<AudioJob>;
}

export function createAudioControl(
  { store, temporal, clock, config }: Pick<GatewayDeps, 'store' | 'temporal' | 'clock' | 'config'>,
  model: ReadModel,
): AudioControl {
  const { host } = config;
  const begin = async (job: AudioJob, created: boolean): Promise<void> => {
    if (audioHasEnded(job)) return;
    const { cause, detail } = neverStarted;
    const end = { ok: false, cancelled: false, cause, detail } as const;
    const takeBack = () =>
      store().audio.change(job.job_id, (view) => ({
        view: endedAudio(view, end, clock()),
        events: [],
      }));
    await startStored(
      () => temporal.startAudio(job, { limitMs: callLimitMs }),
      created ? takeBack : null,
    );
  };
  const answerOf = async (job: AudioJob, waitMs: number): Promise<AudioJobAnswer> => {
    const find = () => store().audio.find(job.job_id);
    const until = AbortSignal.timeout(waitMs);
    const now =
      waitMs === 0 ? job : await waitUntilStored(store, find, audioHasEnded, until).catch(find);
    const ended = now !== null && audioHasEnded(now);
    return {
      status: ended ? 'DONE' : 'QUEUED',
      job: now ?? job,
      report: ended ? await store().audio.report(job.job_id) : null,
      error: null,
      hint: null,
    };
  };
  return {
    async start(request, { sender, repeatKey, waitMs }) {
      const job_id = idOnce('audio', repeatKey);
      const known = await store().audio.find(job_id);
      if (known !== null) {
        await begin(known, false);
        return answerOf(known, waitMs);
      }
      const hint = await shubAsleep(model, host, clock());
      if (hint !== null)
        return { status: 'ERROR', job: null, report: null, error: 'off_by_policy', hint };
      const names = request.inputs.map(({ audio_path }) => audio_path);
      await requireFiles(config.audio.files, names);
      const { actor: owner, correlation_id, principal = null } = sender;
      const job = queuedAudio({ job_id, host, owner, correlation_id, request }, clock());
      const written = await store().audio.create(job, [], principal);
      await begin(written.view, written.created);
      return answerOf(written.view, waitMs);
    },
    async cancel(job, by) {
      if (audioHasEnded(job)) return;
      const call = { limitMs: callLimitMs };
      await temporal.cancelAudio(job.job_id, by, call).catch((error: unknown) => {
        if (!(error instanceof WorkflowGone)) throw error;
      });
    },
    async find(id) {
      const job = await store().audio.find(id);
      if (job !== null) return job;
      throw new VX11Error(
        'audio_job_not_found',
        `${id} is not known; GET /vx11/audio/jobs lists all.`,
      );
    },
  };
}
