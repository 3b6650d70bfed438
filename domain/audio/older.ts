import type { AudioBatch } from '../../contracts/audio-batch.ts';
import type { AudioReport } from '../../contracts/audio-report.ts';
import type { AudioJob, AudioJobAnswer } from '../../contracts/audio.ts';
import type { ShubAnalysis, ShubAnalyzeAnswer, ShubBatchAnswer } from '../../contracts/shub.ts';

const projectFile = 'project/song.RPP';

/** A report under the names of the older API. */
export function olderAnalysis(report: AudioReport): ShubAnalysis {
  const { source, loudness, peaks, dynamics, spectrum, issues, tempo, key, dc } = report;
  return {
    duration: source.seconds,
    sample_rate: source.rate,
    channels: source.channels,
    peak: peaks.sample,
    rms: dynamics.rms,
    lufs: loudness.integrated,
    true_peak: peaks.true,
    spectral_centroid: spectrum.centroid_hz,
    spectral_rolloff: spectrum.rolloff_hz,
    spectral_flatness: spectrum.flatness,
    spectral_flux: spectrum.flux,
    zero_crossing_rate: spectrum.zero_crossings ?? null,
    dynamic_range: dynamics.frames,
    crest_factor: dynamics.crest,
    clipping: issues.some(({ kind }) => kind === 'clipping'),
    dc_offset: dc.length === 0 ? null : Math.max(...dc.map(Math.abs)),
    noise_floor: dynamics.noise_floor,
    bpm: tempo?.bpm ?? null,
    key: key === null ? null : `${key.name} ${key.scale}`,
  };
}

/** The answer about a job as older callers know it. @param now in epoch ms */
export function olderAnswer(
  { job, report, error, hint }: AudioJobAnswer,
  now: number,
): ShubAnalyzeAnswer {
  const isDone = job?.status === 'completed' && report !== null;
  const path = job === null ? '' : `/vx11/audio/jobs/${job.job_id}`;
  return {
    success: isDone,
    audio_analysis: report === null ? null : olderAnalysis(report),
    fx_chain: report?.chain ?? [],
    reaper_preset:
      job !== null && job.artifacts.includes(projectFile)
        ? `${path}/artifacts/${projectFile}`
        : null,
    issues: report?.issues ?? [],
    recommendations: report?.recommendations ?? [],
    timestamp: new Date(now).toISOString(),
    processing_ms: job === null ? 0 : tookMs(job, now),
    job_id: job?.job_id ?? null,
    error: error ?? job?.cause ?? null,
    hint: hint ?? job?.detail ?? (job === null || isDone ? null : `It runs still: GET ${path}`),
  };
}

const tookMs = ({ started_at, finished_at }: AudioJob, now: number): number =>
  started_at === null
    ? 0
    : (finished_at === null ? now : Date.parse(finished_at)) - Date.parse(started_at);

/** A batch as older callers know it. */
export const olderBatch = (batch: AudioBatch): ShubBatchAnswer => ({
  job_id: batch.batch_id,
  job_name: batch.job_name,
  status: batch.status === 'running' ? 'processing' : batch.status,
  total_files: batch.total_files,
  processed_files: batch.processed_files,
  failed_files: batch.failed_files,
  created_at: batch.created_at,
  completed_at: batch.finished_at,
  hint: null,
});
