import { percentOf } from '../../domain/audio/job.ts';
import { createStoredWorkRound } from '../stored-work.ts';
import type { AudioDeps } from './deps.ts';
import { isOfLiveBatch } from './batches/round.ts';
import { endAudio } from './end-audio.ts';

/** Starts jobs that have no workflow, and ends those whose workflow is gone. */
export const createAudioRound = (deps: AudioDeps): (() => Promise<void>) =>
  createStoredWorkRound(deps, {
    store: deps.store.audio,
    idOf: ({ job_id }) => job_id,
    atOnce: 4,
    runs: async (id) => (await isOfLiveBatch(deps, id)) || deps.runs().audioRun(id),
    start: (job) => deps.runs().startAudio(job),
    async endLost(job) {
      const detail = 'The workflow of this job is gone; start it again.';
      await endAudio(deps, job, { ok: false, cancelled: false, cause: 'lost', detail }, null);
    },
  });

/** Stores how far the jobs of this host are. The round returns whether there are any. */
export const createAudioProgressRound =
  ({ host, store, runs }: AudioDeps): (() => Promise<boolean>) =>
  async () => {
    const live = await store.audio.live(host);
    for (const job of live) {
      if (job.phase === null || job.status === 'waiting_for_window') continue;
      const now = await runs().audioProgress(job.job_id);
      if (now === null || now.phase !== job.phase) continue;
      const percent = percentOf(job.request, now.phase, now.part);
      if (percent === job.percent && now.pass === job.pass) continue;
      await store.audio.change(job.job_id, (view) =>
        view.phase !== now.phase || view.status === 'waiting_for_window'
          ? null
          : { view: { ...view, percent, pass: now.pass }, events: [] },
      );
    }
    return live.length > 0;
  };
