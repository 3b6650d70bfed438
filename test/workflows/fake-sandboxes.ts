import type { AttemptResult, SandboxJob, Sandboxes } from '../../activities/sandbox/sandbox.ts';

/** Sandboxes in memory: the test decides the outcome of each attempt. */
export interface FakeSandboxes extends Sandboxes {
  /** Attempts that ran, as `<spawn id> <attempt>`. */
  ran: string[];
  /** The outcome of a job; null lets it run until it is ended. */
  outcome: (job: SandboxJob) => Partial<AttemptResult> | null;
  /** What each attempt prints before it ends. */
  output: string;
}

export function createFakeSandboxes(): FakeSandboxes {
  const fake: FakeSandboxes = {
    ran: [],
    outcome: () => ({}),
    output: '',
    async run(job, sinks, signal) {
      const started_at = Date.now();
      fake.ran.push(`${job.spawn_id} ${job.attempt}`);
      sinks.onState('running', started_at);
      if (fake.output !== '') await sinks.onOutput('stdout', Buffer.from(fake.output), started_at);
      const said = fake.outcome(job) ?? (await ended(job, signal));
      return {
        outcome: 'completed',
        cause: 'exit',
        limit: null,
        exit_code: 0,
        signal: null,
        peak_memory_bytes: 1024 * 1024,
        cpu_ms: 1,
        started_at,
        finished_at: Date.now(),
        artifacts: [],
        refused: [],
        detail: null,
        warm: true,
        ...said,
      };
    },
    reap: async () => [],
    expect: () => undefined,
    memoryInUse: () => 0,
    makeRoom: () => undefined,
    close: async () => undefined,
  };
  return fake;
}

/** Runs until the signal aborts, or its time is over. */
const ended = (job: SandboxJob, signal: AbortSignal): Promise<Partial<AttemptResult>> =>
  new Promise((resolve) => {
    const none = { exit_code: null };
    const timer = setTimeout(
      () => resolve({ ...none, outcome: 'timeout', cause: 'wall_time' }),
      job.limits.timeout_ms,
    );
    const end = (): void => {
      clearTimeout(timer);
      const cause = signal.reason as 'cancelled' | 'window_closed';
      resolve({ ...none, cause, outcome: cause === 'cancelled' ? 'cancelled' : 'killed' });
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
