import type Docker from 'dockerode';
import {
  causeOfDeath,
  type DeathFacts,
  type CauseVerdict,
} from '../../domain/tasks/cause-of-death.ts';
import { isUnavailable } from '../engine/engine-error.ts';
import { earlyEndOf, type Seen } from './attempt.ts';
import { engineView, type SandboxContainer } from './container.ts';
import { missingFor } from './engine-capabilities.ts';
import type { AttemptResult, EarlyEnd, SandboxJob } from './sandbox.ts';

/**
 * Returns the result of an attempt that started. The counters of the cgroup decide; if the harness could not read them, or
 * died before it reported them, the Engine's out-of-memory flag does.
 */
export async function resultOf(
  docker: Docker,
  container: SandboxContainer,
  seen: Seen,
  job: SandboxJob,
  requestedAt: number,
): Promise<AttemptResult> {
  const { facts, verdict, detail } =
    seen.facts === null
      ? await withoutReport(docker, container, seen, job)
      : await withReport(docker, container, seen.facts, job);
  const started_at = seen.started_at ?? requestedAt;
  return {
    ...verdict,
    exit_code: facts?.exit_code ?? null,
    signal: facts?.signal ?? null,
    peak_memory_bytes: facts?.memory_peak ?? null,
    cpu_ms: facts?.cpu_ms ?? null,
    started_at,
    finished_at: facts === null ? Date.now() : started_at + facts.ran_ms,
    artifacts: seen.artifacts.taken,
    refused: [...seen.outputs.refused, ...seen.artifacts.refused],
    detail,
    warm: false,
  };
}

interface Ending {
  facts: DeathFacts | null;
  verdict: CauseVerdict;
  detail: string | null;
}

async function withReport(
  docker: Docker,
  container: SandboxContainer,
  reported: DeathFacts,
  job: SandboxJob,
): Promise<Ending> {
  let facts = reported;
  if (facts.oom_kills === null) {
    // the runtime has its own kernel, whose counters only the Engine can see
    const view = await engineView(docker, container.id).catch(() => null);
    facts = { ...facts, oom_kills: view?.out_of_memory === true ? 1 : null };
  }
  const verdict = causeOfDeath(facts, job.limits);
  return { facts, verdict, detail: detailOf(facts, verdict) };
}

function detailOf(facts: DeathFacts, { cause, limit }: CauseVerdict): string | null {
  if (facts.setup_error !== 0 && cause === 'disk_full')
    return 'The files that the task brought along do not fit on its disk.';
  if (facts.setup_error !== 0 && cause === 'sandbox_lost')
    return `Its files could not be laid out, or it could not be forked: errno ${facts.setup_error}.`;
  if (cause === 'disk_full' && facts.inodes_full && !facts.disk_full)
    return 'Its disk held as many files as it can, however small.';
  if (cause === 'output_limit' && limit?.name === 'disk_mb')
    return 'What it left in /task/out was more than is taken: in bytes, files or depth.';
  if ((facts.forks_refused ?? 0) > 0 && cause !== 'too_many_processes')
    return `Its limit of processes refused ${facts.forks_refused} forks.`;
  return null;
}

/** The harness died, was killed from outside, or the connection to it was lost. */
async function withoutReport(
  docker: Docker,
  container: SandboxContainer,
  seen: Seen,
  job: SandboxJob,
): Promise<Ending> {
  const { limits } = job;
  if (seen.ended === 'wall_time') {
    const limit = { name: 'timeout_ms', limit: limits.timeout_ms, peak: null } as const;
    return {
      facts: null,
      verdict: { outcome: 'timeout', cause: 'wall_time', limit },
      detail: null,
    };
  }
  if (seen.ended !== null) return { facts: null, verdict: earlyVerdicts[seen.ended], detail: null };
  const view = await engineView(docker, container.id).catch(() => null);
  if (view?.out_of_memory === true) {
    // the kernel chose the harness itself as its victim
    const limit = { name: 'memory_mb', limit: limits.memory_mb, peak: limits.memory_mb } as const;
    const verdict = { outcome: 'killed', cause: 'out_of_memory', limit } as const;
    return { facts: null, verdict, detail: null };
  }
  const because = seen.fault ?? container.errorText().trim().split('\n').at(-1);
  const detail = because
    ? `Its sandbox was lost: ${because}`
    : 'Its sandbox went away before it reported a result.';
  return { facts: null, verdict: lost, detail };
}

/** Verdicts of attempts that this process ended. */
const earlyVerdicts: Record<EarlyEnd, CauseVerdict> = {
  cancelled: { outcome: 'cancelled', cause: 'cancelled', limit: null },
  window_closed: { outcome: 'killed', cause: 'window_closed', limit: null },
};

const lost = { outcome: 'lost', cause: 'sandbox_lost', limit: null } as const;

/** Returns the result of an attempt whose sandbox could not start: the task did not run. */
export async function resultOfNoStart(
  because: unknown,
  { docker, ...wanted }: { docker: Docker; image: string; runtime: string | null },
  requestedAt: number,
): Promise<AttemptResult> {
  const missing = isUnavailable(because)
    ? null
    : await missingFor(docker, wanted).catch(() => null);
  if (missing !== null) {
    const verdict = { outcome: 'failed', cause: missing.cause, limit: null } as const;
    return unstarted(verdict, requestedAt, missing.detail);
  }
  const said = because instanceof Error ? because.message : String(because);
  return unstarted(lost, requestedAt, `No sandbox could be started: ${said}`);
}

/** Returns the result of an attempt that was ended before its sandbox was ready. */
export const resultOfEarlyEnd = (signal: AbortSignal, requestedAt: number): AttemptResult =>
  unstarted(
    earlyVerdicts[earlyEndOf(signal)],
    requestedAt,
    'It was ended before it began, or just as it did.',
  );

function unstarted(verdict: CauseVerdict, requestedAt: number, detail: string): AttemptResult {
  return {
    ...verdict,
    exit_code: null,
    signal: null,
    peak_memory_bytes: null,
    cpu_ms: null,
    started_at: requestedAt,
    finished_at: Date.now(),
    artifacts: [],
    refused: [],
    detail,
    warm: false,
  };
}
