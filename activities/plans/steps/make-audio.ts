import type { AudioJob } from '../../../contracts/audio.ts';
import { idOfStep } from '../../../contracts/ids.ts';
import type { Intent } from '../../../contracts/intent.ts';
import type { StepError } from '../../../contracts/plan.ts';
import { shubService } from '../../../contracts/queues.ts';
import { askedAudio } from '../../../domain/audio/asked/asked.ts';
import { audioHasEnded, queuedAudio } from '../../../domain/audio/job.ts';
import { audioNames } from '../../../platform/audio-folder.ts';
import type { AudioRuns } from '../../audio/deps.ts';
import { awaitStored } from '../../stored-work.ts';
import { readWorld } from '../facts.ts';
import { broken, done, type PlanDeps, type RoleWork } from '../ports.ts';

const lookEveryMs = 200;

interface AudioPlanDeps extends Pick<PlanDeps, 'store' | 'clock'> {
  runs: () => AudioRuns;
  /** The uploaded files of this host. */
  files: string;
}

/** What a sentence about sound leaves open; null if its files are named. */
export const askAboutAudio =
  (files: string) =>
  async ({ text, language }: Intent): Promise<StepError | null> => {
    const asked = askedAudio(text, await audioNames(files), language);
    return asked.ok ? null : { code: 'which_file', detail: asked.question };
  };

/** The work of shubniggurath for plans: the same job as of a request, for the files that the text names. */
export const audioForPlan =
  ({ store, clock, runs, files }: AudioPlanDeps): RoleWork =>
  async (plan, { text, step_id }, signal) => {
    const { services } = await readWorld(store);
    const awake = services.find(({ name, asleep }) => name === shubService && !asleep);
    if (awake === undefined)
      return broken({ code: 'off_by_policy', detail: 'shubniggurath fell asleep. Open it again.' });
    const asked = askedAudio(text, await audioNames(files));
    if (!asked.ok) return broken({ code: 'which_file', detail: asked.question, may_retry: false });
    const { actor: owner, correlation_id } = plan;
    const job_id = idOfStep('audio', plan.plan_id, step_id);
    const about = { job_id, host: awake.host, owner, correlation_id, request: asked.request };
    const principal = (await store.plans.people(plan.plan_id))?.actor.principal ?? null;
    const { view } = await store.audio.create(queuedAudio(about, clock()), [], principal);
    if (!audioHasEnded(view)) await runs().startAudio(view);
    const job: AudioJob = await awaitStored(store.audio, job_id, audioHasEnded, {
      everyMs: lookEveryMs,
      signal,
    });
    const { status, artifacts, cause, detail } = job;
    const report = await store.audio.report(job_id);
    const found =
      report === null ? {} : { loudness: report.loudness.integrated, master: report.master };
    const result = { job_id, kind: job.request.kind, status, artifacts, ...found };
    if (status === 'completed') return done(result);
    return broken({ code: cause ?? 'audio_failed', detail: detail ?? 'The job failed.' }, result);
  };
