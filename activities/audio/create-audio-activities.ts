import { z } from 'zod';
import { audioReport } from '../../contracts/audio-report.ts';
import type { AudioJob } from '../../contracts/audio.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { shubService } from '../../contracts/queues.ts';
import { audioAt, audioHasEnded } from '../../domain/audio/job.ts';
import { isLive } from '../../domain/windows/lease.ts';
import { checkedReport } from '../checked-report.ts';
import { attempt } from '../heartbeat.ts';
import type { AudioActivities } from './audio-activities.ts';
import type { AudioDeps } from './deps.ts';
import { endAudio } from './end-audio.ts';

const artifacts = z.array(z.string().max(1024)).max(200);

/** What madre does for the audio jobs of its host: shubniggurath has no store. */
export function createAudioActivities(deps: AudioDeps): AudioActivities {
  const { store, clock, host } = deps;
  const jobOf = async (id: string): Promise<AudioJob> => {
    const job = await store.audio.find(id);
    if (job === null) throw new VX11Error('audio_job_not_found', `${id} is not known.`);
    return job;
  };
  const isAwake = async (): Promise<boolean> => {
    const leases = await store.leases.ofHost(host);
    return leases.some((one) => one.service === shubService && one.is_open && isLive(one, clock()));
  };
  return {
    startAudio: ({ job_id }) =>
      attempt(async () => {
        const { request } = await jobOf(job_id);
        return { job_id, request };
      }),
    storeAudioPhase: ({ job_id, phase, missed }) =>
      attempt(async () => {
        // one that is awake and did not take it is busy with other jobs
        const waits = missed && !(await isAwake());
        await store.audio.change(job_id, (job) => ({
          view: audioAt(job, { phase, waits }, clock()),
          events: [],
        }));
      }),
    endAudio: ({ job_id, end, report }) =>
      attempt(async () => {
        const job = await jobOf(job_id);
        const who = 'shubniggurath';
        const whole = report === null ? null : checkedReport(audioReport, report, who);
        const left = end.ok
          ? { ...end, artifacts: checkedReport(artifacts, end.artifacts, who) }
          : end;
        if (!audioHasEnded(job)) await endAudio(deps, job, left, whole);
      }),
  };
}
