import type { AudioBatch } from '../../contracts/audio-batch.ts';
import type { AudioFile, AudioJob } from '../../contracts/audio.ts';
import { fileBegun, fileEnded, queuedBatch } from '../../domain/audio/batch.ts';
import { analyzeRequest } from '../../domain/audio/request.ts';

export const fileExample: AudioFile = {
  name: 'song.wav',
  size_bytes: 31_752_044,
  sha256: 'b179c9520f6b9bd9ffa4a8b9a0a2fd1a4fdf6e8a2a2a1ab0d0b7a0d9ef10db53',
  uploaded_at: '2026-11-30T12:00:00.000Z',
};

export const jobExample: AudioJob = {
  job_id: 'audio-0f3a9b1c2d4e5f60',
  host: 'box',
  owner: 'ana',
  correlation_id: 'desk-4',
  request: analyzeRequest({ audio_path: 'song.wav' }),
  status: 'analyzing',
  phase: 'measure',
  percent: 31,
  pass: null,
  cause: null,
  detail: null,
  created_at: '2026-11-30T12:00:00.000Z',
  started_at: '2026-11-30T12:00:00.090Z',
  finished_at: null,
  artifacts: [],
};

export const jobAnswerExample = {
  status: 'QUEUED' as const,
  job: jobExample,
  report: null,
  error: null,
  hint: null,
};

export const batchBodyExample = {
  job_name: 'album',
  audio_files: ['01.wav', '02.wav'],
  priority: 3,
};
const queued = queuedBatch(
  batchBodyExample,
  { batch_id: 'batch-0f3a9b1c2d4e5f60', host: 'box', owner: 'ana', correlation_id: 'desk-4' },
  Date.parse('2026-11-30T12:00:00.000Z'),
);
export const batchExample: AudioBatch = fileBegun(
  fileEnded(fileBegun(queued, 0), 0, { ok: true, artifacts: [] }),
  1,
);
export const batchAnswerExample = {
  status: 'QUEUED' as const,
  batch: queued,
  error: null,
  hint: null,
};
