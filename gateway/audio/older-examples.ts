import type { AudioEngines } from '../../contracts/audio-engines.ts';
import { olderAnswer, olderBatch } from '../../domain/audio/older.ts';
import { batchExample, jobExample } from './examples.ts';
import { reportExample } from './report-example.ts';

const at = '2026-11-30T12:00:04.000Z';

export const enginesExample: AudioEngines = {
  status: 'ok',
  programs: [
    { name: 'ffmpeg', version: '5.1.9-0+deb12u1', package: 'ffmpeg', needed: true },
    { name: 'bpm', version: 'build-3f1c09a7d2e4', package: 'bpm-tools', needed: false },
  ],
  seen_at: at,
  error: null,
  hint: null,
};
export const shubHealthExample = {
  module: 'shubniggurath' as const,
  status: 'ok' as const,
  error: null,
  hint: null,
};
const job = {
  ...jobExample,
  status: 'completed' as const,
  finished_at: at,
  artifacts: ['project/song.RPP', 'report.json'],
};
export const shubAnalyzeExample = olderAnswer(
  { status: 'DONE', job, report: reportExample, error: null, hint: null },
  Date.parse(at),
);
export const shubBatchExample = olderBatch(batchExample);
