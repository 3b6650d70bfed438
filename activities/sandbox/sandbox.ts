import type { TaskProgram } from '../../contracts/task.ts';
import type { CauseOfDeath, LimitHit, Outcome } from '../../domain/tasks/cause-of-death.ts';

/** Limits of one attempt. `disk_mb` is the size of /task and of /tmp each; what they hold counts as memory. */
export interface SandboxLimits {
  memory_mb: number;
  cpus: number;
  pids: number;
  disk_mb: number;
  /** Wall time; TERM follows, and KILL after the grace. */
  timeout_ms: number;
  grace_ms: number;
  /** CPU time of the whole process tree; null means no limit but the wall time. */
  cpu_seconds: number | null;
  /** Of stdout and stderr together. */
  output_bytes: number;
}

/** One attempt of a task. Strings are encoded as UTF-8. */
export interface SandboxJob {
  spawn_id: string;
  attempt: number;
  correlation_id: string;
  program: TaskProgram;
  stdin: string;
  env: Record<string, string>;
  /** Written under /task before the program starts; `checkTaskFiles` rejects invalid paths. */
  files: { path: string; content: string }[];
  limits: SandboxLimits;
  /** Hosts that it may reach through the operator's proxy; null means no network at all. */
  egress: string[] | null;
}

export type OutputStream = 'stdout' | 'stderr';

/** A file that is being copied out of a sandbox. */
export interface ArtifactFile {
  /** Returns false if there is no room: then the file is closed and deleted. */
  write(bytes: Uint8Array): Promise<boolean>;
  close(): Promise<void>;
}

/** The reason for a file that the host has no room for. */
export const noRoom = 'no_room';

/** Stores the files of an attempt. Paths are checked already: relative, plain names, no `..`. */
export interface ArtifactSink {
  /**
   * Opens a file that the task left in /task/out, or one for a stream that is longer than a result keeps. Returns null if
   * there is no room.
   */
  open(
    what: { kind: 'left'; path: string } | { kind: 'output'; stream: OutputStream },
  ): Promise<ArtifactFile | null>;
}

/** Listeners of a running attempt. Their promises are awaited: a slow listener slows the task down. */
export interface AttemptSinks {
  /** `at` is epoch ms. */
  onState(state: 'running', at: number): void;
  onOutput(stream: OutputStream, bytes: Uint8Array, at: number): void | Promise<void>;
  artifacts: ArtifactSink;
}

/** Why an attempt ends early: `signal.reason`. */
export type EarlyEnd = 'cancelled' | 'window_closed';

/** How an attempt ended. Instants in epoch ms, sizes in bytes. */
export interface AttemptResult {
  outcome: Outcome;
  cause: CauseOfDeath;
  /** The limit that ended it, with the peak value if it is known. */
  limit: LimitHit | null;
  exit_code: number | null;
  /** Such as `SIGKILL`. */
  signal: string | null;
  /** The peak of the whole sandbox, including its harness (some 10 MB). */
  peak_memory_bytes: number | null;
  cpu_ms: number | null;
  started_at: number;
  finished_at: number;
  artifacts: { path: string; bytes: number }[];
  /** Files that were not copied, with the reason: links, devices, invalid names, no room; includes files of its output. */
  refused: { path: string; because: string }[];
  /** A sentence for people, if there is more to say. */
  detail: string | null;
  /** Whether it ran in a sandbox from the pool. */
  warm: boolean;
}

/** Runs each task in its own sandbox, which is used once. */
export interface Sandboxes {
  /**
   * Runs one attempt. Never throws for what a task or the Engine does: the result says it, with the outcome `lost` if it is
   * unknown. Resolves when the task is dead; its sandbox is removed seconds later, when no other one is starting.
   */
  run(job: SandboxJob, sinks: AttemptSinks, signal: AbortSignal): Promise<AttemptResult>;
  /**
   * Removes every orphaned sandbox: one past its deadline, or one that this owner made before a restart. Returns the ids of
   * the removed containers. Throws an EngineError while the Engine is unavailable.
   */
  reap(now: number): Promise<string[]>;
  /** Announces to the pool that a task like this, requested at `at` (epoch ms), is queued. */
  expect(
    task: Pick<SandboxLimits, 'memory_mb' | 'cpus' | 'pids' | 'disk_mb'> &
      Pick<SandboxJob, 'egress'>,
    at: number,
  ): void;
  /**
   * Memory in bytes that all sandboxes may use now: those of tasks, those in the pool, and those of dead tasks that are
   * not removed yet.
   */
  memoryInUse(): number;
  /** Frees memory: runs delayed removals now and shrinks the pool. */
  makeRoom(): void;
  /** Ends running attempts with `window_closed` and empties the pool. Resolves when every sandbox is gone. */
  close(): Promise<void>;
}
