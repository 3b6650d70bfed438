import { join } from 'node:path';
import type { AudioReport } from '../../../contracts/audio-report.ts';
import type { PhaseWork } from '../work.ts';
import type { MeasuredFile } from './measure.ts';

/** What rendering made: files in `out` of the work folder, and what is said about them. */
export interface Rendered {
  /** Names in `out`. */
  files: string[];
  master: AudioReport['master'];
  chain: AudioReport['chain'];
  issues: AudioReport['issues'];
  /** What was measured of the file that was made, if the report is about that one; by default it is about the first input. */
  measured?: MeasuredFile;
  /** The content of further files, by name. */
  texts: Record<string, string>;
}

export const outFolder = ({ folders, job_id }: Pick<PhaseWork, 'folders' | 'job_id'>): string =>
  join(folders.work(job_id), 'out');
