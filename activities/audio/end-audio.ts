import { rm } from 'node:fs/promises';
import type { AudioReport } from '../../contracts/audio-report.ts';
import type { AudioJob } from '../../contracts/audio.ts';
import { audioEvent, audioHasEnded, endedAudio, type AudioEnd } from '../../domain/audio/job.ts';
import type { AudioDeps } from './deps.ts';

/** Ends a job, and removes what its work left. One that has ended stays as it is. */
export async function endAudio(
  { store, clock, folders, metrics }: AudioDeps,
  job: AudioJob,
  end: AudioEnd,
  report: AudioReport | null,
): Promise<void> {
  await rm(folders.work(job.job_id), { recursive: true, force: true, maxRetries: 3 });
  if (audioHasEnded(job)) return;
  if (report !== null) await store.audio.saveReport(job.job_id, report);
  const principal = (await store.audio.ownerOf(job.job_id))?.principal ?? null;
  const ended = await store.audio.change(job.job_id, (now) => {
    const view = endedAudio(now, end, clock());
    return { view, events: [audioEvent(view, principal, clock())] };
  });
  if (ended !== null) metrics.ended(ended.request.kind, ended.status);
}
