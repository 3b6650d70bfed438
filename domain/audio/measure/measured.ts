import type {
  AudioKey,
  AudioReport,
  AudioSource,
  AudioTempo,
} from '../../../contracts/audio-report.ts';
import type { Summary } from '../counting/summary.ts';
import type { Metered } from './meter-lines.ts';

/** A remark on a file itself, from its header and its length. */
export interface FileFacts {
  /** Bytes that the header promises and the file does not have. */
  missing_bytes: number;
  /** Bytes behind the samples that belong to no part of the file. */
  trailing_bytes: number;
  /** How often its decoder complained. */
  decode_errors: number;
  /** Whether its name says another format. */
  wrong_name: boolean;
  /** The rate that it should have, in Hz; null where any is as good. */
  wanted_rate: number | null;
}

/** Everything that was measured of one file. */
export interface Measured {
  source: AudioSource;
  facts: FileFacts;
  meter: Metered;
  counted: Summary;
  dual_mono: boolean;
  /** How long it took, in ms: what is left of the budget is for the rest. */
  took_ms: number;
  /** Whether the meter of ffmpeg had no time: then loudness is what was counted, and true peak is null. */
  unmetered: boolean;
}

/** What is heard in a file, beside its levels. */
export interface Described {
  tempo: AudioTempo | null;
  key: AudioKey | null;
  /** The frequency of a hum, and how far it is over its neighbours, in dB. */
  hum: { hz: number; over_db: number } | null;
  /** What there was no time for. */
  unfinished: AudioReport['unfinished'];
}

/** Below this there is no loudness: the meter needs 400 ms. */
export const shortestSeconds = 0.4;
