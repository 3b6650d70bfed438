import type { AudioFolders } from '../../platform/audio-folder.ts';
import type { AudioWork } from './audio-activities.ts';
import type { Engine } from './engine.ts';

/** What a phase works with. */
export interface PhaseWork extends AudioWork {
  folders: AudioFolders;
  engine: Engine;
  /** How long an analysis may take, in ms; by default as its depth says. */
  budgetMs?: number;
  /** Ends what runs, when the job is cancelled or the process stops. */
  signal: AbortSignal;
  /** Says how far it is, from 0 to 1. */
  progress(part: number, pass?: number): void;
}
