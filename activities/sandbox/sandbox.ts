import type { CauseOfDeath, LimitHit, Outcome } from '../../domain/tasks/cause-of-death.ts';

/** Bounds of one attempt. `disk_mb` is the size of /task and of /tmp each; both count as memory while they are used. */
export interface SandboxLimits {
  memory_mb: number;
  cpus: number;
  pids: number;
  disk_mb: number;
  /** Wall time; then TERM, and KILL after the grace. */
  timeout_ms: number;
  grace_ms: number;
  /** CPU time of the whole process tree; null leaves it to the wall time. */
  cpu_seconds: number | null;
  /** Of stdout and stderr together. */
  output_bytes: number;
}

/** One attempt at one task. Strings go in as UTF-8. */
export interface SandboxJob {
  spawn_id: string;
  attempt: number;
  correlation_id: string;
  program:
    | { kind: 'python' | 'shell' | 'node'; code: string; args: string[] }
    | { kind: 'command'; command: string; args: string[] };
  stdin: string;
  env: Record<string, string>;
  /** Written under /task before the program starts; `checkTaskFiles` says which paths will not do. */
  files: { path: string; content: string }[];
  limits: SandboxLimits;
  /** Hosts that it may reach through the operator's proxy; null has no network at all. */
  egress: string[] | null;
}

export type OutputStream = 'stdout' | 'stderr';

/** A file being taken over from a sandbox. */
export interface ArtifactFile {
  /** False where there is no room for it: what there was of the file is gone, and it is closed. */
  write(bytes: Uint8Array): Promise<boolean>;
  close(): Promise<void>;
}

/** Why a file is not taken that its host has no room for. */
export const noRoom = 'no_room';

/** Where files of an attempt go. Paths have been checked: relative, plain names, no `..`. */
export interface ArtifactSink {
  /**
   * Opens a file that the task left in /task/out, or the whole of a stream that is longer than what a result keeps; null
   * where there is no room for one.
   */
  open(
    what: { kind: 'left'; path: string } | { kind: 'output'; stream: OutputStream },
  ): Promise<ArtifactFile | null>;
}

/** Who hears of an attempt while it runs. What they return is waited for: slow listeners slow the task, not us. */
export interface AttemptSinks {
  /** `at` is epoch ms. */
  onState(state: 'running', at: number): void;
  onOutput(stream: OutputStream, bytes: Uint8Array, at: number): void | Promise<void>;
  artifacts: ArtifactSink;
}

/** Why an attempt is to end early: `signal.reason`. */
export type EarlyEnd = 'cancelled' | 'window_closed';

/** How an attempt ended. Instants in epoch ms, sizes in bytes. */
export interface AttemptResult {
  outcome: Outcome;
  cause: CauseOfDeath;
  /** The limit that ended it, and the peak that hit it where that can be known. */
  limit: LimitHit | null;
  exit_code: number | null;
  /** Such as `SIGKILL`. */
  signal: string | null;
  /** Of the whole sandbox with its harness (some 10 MB). */
  peak_memory_bytes: number | null;
  cpu_ms: number | null;
  started_at: number;
  finished_at: number;
  artifacts: { path: string; bytes: number }[];
  /** What was not taken, with the reason: links, devices, names; and what there was no room for, also of its output. */
  refused: { path: string; because: string }[];
  /** A sentence for people, where there is more to say. */
  detail: string | null;
  /** Whether a sandbox stood ready. */
  warm: boolean;
}

/** Runs tasks in sandboxes of their own, which are used once. */
export interface Sandboxes {
  /**
   * Runs one attempt. Never throws for what a task or the Engine does: that is in the result, `lost` where it cannot
   * be told. Resolves when the task is dead; its sandbox is removed behind it, within seconds, when no other starts.
   */
  run(job: SandboxJob, sinks: AttemptSinks, signal: AbortSignal): Promise<AttemptResult>;
  /**
   * Removes every sandbox that nobody here answers for: its deadline is past, or it is this owner's from before a
   * restart. Gives the ids of the removed containers. Throws an EngineError where the Engine is away.
   */
  reap(now: number): Promise<string[]>;
  /** A task like this, asked for at `at` in epoch ms, waits for its turn: the pool reckons with it. */
  expect(
    task: Pick<SandboxLimits, 'memory_mb' | 'cpus' | 'pids' | 'disk_mb'> &
      Pick<SandboxJob, 'egress'>,
    at: number,
  ): void;
  /**
   * Memory in bytes that sandboxes may take now: those of tasks, those that stand ready, and those whose task is dead
   * and which are not removed yet.
   */
  memoryInUse(): number;
  /** Memory is wanted: what waits for a quiet moment to be removed is removed now, and fewer stand ready. */
  makeRoom(): void;
  /** Ends running attempts with `window_closed` and empties the pool. Resolves when every sandbox is gone. */
  close(): Promise<void>;
}
