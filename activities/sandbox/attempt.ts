import type { DeathFacts } from '../../domain/tasks/cause-of-death.ts';
import type { SandboxContainer } from './container.ts';
import type { EgressProxy } from './egress.ts';
import { BrokenFrame, type Frame } from './frames.ts';
import { createArtifacts, type Artifacts } from './artifacts.ts';
import { createOutputs, type Outputs } from './outputs.ts';
import type { AttemptSinks, EarlyEnd, SandboxJob } from './sandbox.ts';
import { endFrame, readResult, said } from './harness-protocol.ts';

/** The grace of a cancelled task; with it all its processes are dead within 2 s. */
const cancelGraceMs = 1000;
/** How long a harness may stay silent after its own limit before the sandbox is killed from outside. */
const slackMs = 1500;
/** How long a slow sink may delay the result of a dead task. */
const mostDelayMs = 60_000;
/** How often to check if a late result is on its way. */
const lateCheckMs = slackMs / 3;
/** The longest time that a task may be followed beyond its own time and grace. */
export const overdueMs = slackMs + mostDelayMs + lateCheckMs;

/** Returns why an aborted signal ends an attempt; every reason but `window_closed` counts as a cancel. */
export const earlyEndOf = (signal: AbortSignal): EarlyEnd =>
  signal.reason === 'window_closed' ? 'window_closed' : 'cancelled';

/** What was observed while an attempt ran. */
export interface Seen {
  /** Null if the harness did not send a result. */
  facts: DeathFacts | null;
  started_at: number | null;
  outputs: Outputs;
  artifacts: Artifacts;
  /** Why this process ended it; null if it did not. */
  ended: 'wall_time' | EarlyEnd | null;
  fault: string | null;
}

/**
 * Follows a task from its job to its result. Never rejects.
 * @param kill ends the sandbox from outside, in case the harness does not keep its limits
 */
export async function followAttempt(
  sandbox: SandboxContainer,
  job: SandboxJob,
  sinks: AttemptSinks,
  signal: AbortSignal,
  { kill, proxy }: { kill: () => void; proxy: EgressProxy | null },
): Promise<Seen> {
  const seen: Seen = {
    facts: null,
    started_at: null,
    outputs: createOutputs(sinks, job.limits.disk_mb),
    artifacts: createArtifacts(sinks.artifacts, job.limits.disk_mb),
    ended: null,
    fault: null,
  };
  const { timeout_ms, grace_ms } = job.limits;
  const watch = createWatch(() => {
    seen.ended ??= 'wall_time';
    kill();
  });
  const endEarly = (): void => {
    const reason = earlyEndOf(signal);
    const grace = reason === 'cancelled' ? Math.min(grace_ms, cancelGraceMs) : grace_ms;
    seen.ended ??= reason;
    sandbox.send(endFrame(reason, grace));
    watch.due(grace + lateCheckMs);
  };
  watch.due(timeout_ms + grace_ms + slackMs);
  if (signal.aborted) endEarly();
  else signal.addEventListener('abort', endEarly, { once: true });
  try {
    for await (const frame of sandbox.frames) {
      watch.taking();
      const last = proxy?.take(frame) !== true && (await take(frame, seen, sinks));
      watch.taken();
      if (last) break;
    }
  } catch (error) {
    seen.fault = error instanceof Error ? error.message : String(error);
    kill();
  } finally {
    watch.stop();
    proxy?.close();
    signal.removeEventListener('abort', endEarly);
    await Promise.allSettled([seen.outputs.close(), seen.artifacts.close()]);
  }
  return seen;
}

/** Handles a frame. @returns whether it was the last one */
async function take({ kind, payload }: Frame, seen: Seen, sinks: AttemptSinks): Promise<boolean> {
  const now = Date.now();
  switch (String.fromCharCode(kind)) {
    case said.ready:
      break;
    case said.started:
      seen.started_at = now;
      sinks.onState('running', now);
      break;
    case said.stdout:
      await seen.outputs.push('stdout', payload, now);
      break;
    case said.stderr:
      await seen.outputs.push('stderr', payload, now);
      break;
    case said.fileBegins:
      await seen.artifacts.begin(payload.toString('utf8'));
      break;
    case said.fileData:
      await seen.artifacts.write(payload);
      break;
    case said.fileEnds:
      await seen.artifacts.end();
      break;
    case said.notTaken:
      seen.artifacts.refuse(payload.toString('utf8'));
      break;
    case said.result:
      seen.facts = readResult(payload);
      return true;
    default:
      throw new BrokenFrame(`a frame of unknown kind ${kind}`);
  }
  return false;
}

interface Watch {
  due(ms: number): void;
  /** A frame has arrived, and the sinks are taking it. */
  taking(): void;
  taken(): void;
  stop(): void;
}

/** Calls `late` once a time has passed, unless frames still arrive or are being taken: then the result is on its way. */
function createWatch(late: () => void): Watch {
  let timer: NodeJS.Timeout | undefined;
  let lastFrameAt = 0;
  const check = (since: number): void => {
    const now = performance.now();
    if (now - lastFrameAt < lateCheckMs && now - since < mostDelayMs)
      timer = setTimeout(() => check(since), lateCheckMs);
    else late();
  };
  return {
    due(ms) {
      clearTimeout(timer);
      // a timer holds at most 24 days; no task has a longer limit
      timer = setTimeout(() => check(performance.now()), ms);
    },
    taking() {
      lastFrameAt = Infinity;
    },
    taken() {
      lastFrameAt = performance.now();
    },
    stop: () => clearTimeout(timer),
  };
}
