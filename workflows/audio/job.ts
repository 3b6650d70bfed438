import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  setHandler,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { AudioOutcome, AudioWork } from '../../activities/audio/audio-activities.ts';
import type { AudioPhase } from '../../contracts/audio.ts';
import { phasesOf, type AudioEnd } from '../../domain/audio/job.ts';
import { audioOn } from './proxies.ts';
import { cancelAudio, type RunAudioJob } from './start.ts';

/**
 * Does the phases of an audio job, one after the other. If shubniggurath falls asleep, the job waits for its next window and
 * goes on where it was. However it ends, madre stores the end and nothing of the work is left.
 */
export async function audioJob({ job_id, host, kind }: RunAudioJob): Promise<AudioEnd> {
  const { madre } = audioOn(host);
  const work = new CancellationScope();
  let by: string | null = null;
  setHandler(cancelAudio, (who) => {
    by ??= who;
    work.cancel();
  });
  let outcome: AudioOutcome = { report: null, artifacts: [] };
  let end: AudioEnd;
  try {
    outcome = await work.run(async () => {
      const asked = await madre.startAudio({ job_id });
      let last: AudioOutcome | null = null;
      for (const phase of phasesOf({ kind })) last = await onePhase(asked, phase, host);
      return last ?? outcome;
    });
    end = { ok: true, artifacts: outcome.artifacts };
  } catch (error) {
    end = isCancellation(error) ? cancelled(by) : failureOf(error);
  }
  const { report } = outcome;
  await CancellationScope.nonCancellable(() => madre.endAudio({ job_id, end, report }));
  return end;
}

/** Does one phase, however often shubniggurath falls asleep meanwhile. */
async function onePhase(
  work: AudioWork,
  phase: AudioPhase,
  host: string,
): Promise<AudioOutcome | null> {
  const { madre, shub, waiting } = audioOn(host);
  const { job_id } = work;
  setCurrentDetails(`**${phase}**`);
  await madre.storeAudioPhase({ job_id, phase, missed: false });
  for (;;) {
    try {
      return await shub.runAudioPhase({ ...work, phase });
    } catch (error) {
      if (!isAsleep(error)) throw error;
    }
    await madre.storeAudioPhase({ job_id, phase, missed: true });
    await waiting.audioReady();
    await madre.storeAudioPhase({ job_id, phase, missed: false });
  }
}

/** Whether nobody took the work: it did not even start. */
const isAsleep = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';

const cancelled = (by: string | null): AudioEnd => ({
  ok: false,
  cancelled: true,
  cause: 'cancelled',
  detail: by === null ? 'It was cancelled.' : `${by} cancelled it.`,
});

function failureOf(error: unknown): AudioEnd {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const word = cause instanceof ApplicationFailure ? cause.type : null;
  const detail = cause instanceof Error ? cause.message : String(cause);
  const isKnown = word !== null && word !== undefined && /^[a-z_]+$/.test(word);
  return {
    ok: false,
    cancelled: false,
    cause: isKnown ? word : 'interrupted',
    detail: detail.slice(0, 500),
  };
}
