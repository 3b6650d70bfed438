import { Counter, type Registry } from 'prom-client';
import type {
  AudioActivities,
  AudioBatchActivities,
} from '../../../activities/audio/audio-activities.ts';
import { createBatchActivities } from '../../../activities/audio/batches/create-batch-activities.ts';
import { createBatchRound } from '../../../activities/audio/batches/round.ts';
import { createAudioActivities } from '../../../activities/audio/create-audio-activities.ts';
import type { AudioDeps } from '../../../activities/audio/deps.ts';
import { createAudioProgressRound, createAudioRound } from '../../../activities/audio/round.ts';
import { createAudioSweep } from '../../../activities/audio/sweep.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { readEnv } from '../../../contracts/env.ts';
import { audioFolders } from '../../../platform/audio-folder.ts';
import { makeSharedFolder } from '../../../platform/files/shared-folder.ts';
import { callsOver, type TemporalConnection } from '../temporal-connection.ts';
import { whileLive } from './while-live.ts';

/** What this process stores for shubniggurath, and the rounds that keep its jobs and folders in order. */
export async function createAudio(
  { host, store, clock }: Pick<PowerHost, 'host' | 'store' | 'clock'>,
  connection: TemporalConnection,
  { registry, home }: { registry: Registry; home: string },
): Promise<{
  activities: AudioActivities & AudioBatchActivities;
  round: () => Promise<void>;
  progress: () => Promise<void>;
  sweep: () => Promise<void>;
}> {
  const jobs = new Counter({
    name: 'vx11_audio_jobs_total',
    help: 'Audio jobs that ended, by kind and status',
    labelNames: ['kind', 'status'],
    registers: [registry],
  });
  const folders = audioFolders(home);
  const deps: AudioDeps = {
    host,
    store,
    clock,
    folders,
    runs: callsOver(connection, 'audio'),
    mostBytes: readEnv(process.env, 'VX11_AUDIO_BYTES').VX11_AUDIO_BYTES,
    metrics: { ended: (kind, status) => jobs.inc({ kind, status }) },
  };
  for (const folder of [folders.files, folders.jobs, folders.works, folders.cache])
    await makeSharedFolder(folder);
  const jobRound = createAudioRound(deps);
  const batchRound = createBatchRound(deps);
  const progress = whileLive(createAudioProgressRound(deps));
  return {
    activities: { ...createAudioActivities(deps), ...createBatchActivities(deps) },
    async round() {
      await Promise.all([jobRound(), batchRound()]);
      await progress.seldom();
    },
    progress: progress.often,
    sweep: createAudioSweep(deps),
  };
}
