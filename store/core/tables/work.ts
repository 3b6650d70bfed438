import type { DriftTables } from './drift.ts';
import type { RunRow } from './run-row.ts';

/** The tables of what runs: tasks, runs of checks, repairs and audio jobs. */
export interface WorkTables extends DriftTables {
  spawns: {
    id: string;
    uuid: string;
    state: string;
    parent_id: string | null;
    user_id: string;
    created_at: number;
    expires_at: number;
    finished_at: number | null;
    /** Why it has to end; null if it does not have to, or has ended. */
    ending: string | null;
    ending_by: string | null;
    ending_at: number | null;
    /** The host that still has to deliver the task's callback; null if no callback is pending. */
    calls_back: string | null;
    /** The principal of its owner; null where only the name is known. */
    owner_id: string | null;
    view: string;
    /** Null once it has ended: code, environment and files are kept no longer than needed. */
    spec: string | null;
  };
  spawn_attempts: { spawn_id: string; attempt: number; record: string };
  spawn_output: {
    spawn_id: string;
    attempt: number;
    seq: number;
    stream: string;
    at: number;
    /** Offset of its first byte in the stream. */
    start: number;
    bytes: Uint8Array;
  };
  check_runs: RunRow & { suite: string };
  check_results: {
    run_id: string;
    /** Its place in the run. */
    nth: number;
    status: string;
    record: string;
  };
  check_schedules: {
    host: string;
    name: string;
    spec: string;
    paused: number;
    note: string | null;
    /** JSON. */
    next_at: string;
    skipped: number;
    /** Firings that Temporal left out because they were too late, and those that could start nothing. */
    missed: number;
    lost: number;
    last_run_id: string | null;
    last_fired_at: number | null;
  };
  program_scans: RunRow;
  programs: {
    host: string;
    root: string;
    name: string;
    category: string;
    usable: number;
    record: string;
  };
  repairs: RunRow;
  repair_candidates: {
    repair_id: string;
    cycle: number;
    nth: number;
    diff_sha256: string;
    record: string;
    /** The files before and after it, as JSON. */
    files: string;
  };
  patches: {
    id: string;
    host: string;
    status: string;
    created_at: number;
    view: string;
    /** The files before and after it, as JSON. */
    files: string;
  };
  audio_jobs: RunRow;
  audio_batches: RunRow;
  audio_reports: { job_id: string; report: string };
}
