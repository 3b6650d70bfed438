import type { DeathFacts } from '../../domain/tasks/cause-of-death.ts';
import type { SandboxContainer } from './container.ts';
import type { EgressProxy } from './egress.ts';
import { BrokenFrame, type Frame } from './frames.ts';
import { createArtifacts, type Artifacts } from './artifacts.ts';
import { createOutputs, type Outputs } from './outputs.ts';
import type { AttemptSinks, EarlyEnd, SandboxJob } from './sandbox.ts';
import { endFrame, readResult, said } from './harness-protocol.ts';

/** The grace of a task that somebody cancels: its processes are dead within 2 s. */
const cancelGraceMs = 1000;
/** How long after its own limit a harness may still be silent before it is ended from outside. */
const slackMs = 1500;
/** How long a slow sink may delay the last word of a task that is dead. */
const mostDelayMs = 60_000;
/** How often is looked whether a word that is late is on its way. */
const lateLookMs = slackMs / 3;
/** How long beyond its own time and grace a task may be followed, at most. */
export const overdueMs = slackMs + mostDelayMs + lateLookMs;

/** Whatever else an aborted signal gives as its reason, it is somebody's wish. */
export const earlyEndOf = (signal: AbortSignal): EarlyEnd =>
  signal.reason === 'window_closed' ? 'window_closed' : 'cancelled';

/** What was seen of an attempt on its way. */
export interface Seen {
  /** Null when the harness did not come to its last word. */
  facts: DeathFacts | null;
  started_at: number | null;
  outputs: Outputs;
  leavings: Artifacts;
  /** Why we ended it, where we did. */
  ended: 'wall_time' | EarlyEnd | null;
  fault: string | null;
}

/**
 * Follows a task from its job to its last word. `kill` ends the sandbox from outside, for when the harness fails to
 * keep its limits. Never rejects.
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
    leavings: createArtifacts(sinks.artifacts, job.limits.disk_mb),
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
    watch.due(grace + lateLookMs);
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
    await Promise.allSettled([seen.outputs.close(), seen.leavings.close()]);
  }
  return seen;
}

/** Does what a frame says; answers whether it was the last one. */
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
      await seen.leavings.begin(payload.toString('utf8'));
      break;
    case said.fileData:
      await seen.leavings.write(payload);
      break;
    case said.fileEnds:
      await seen.leavings.end();
      break;
    case said.notTaken:
      seen.leavings.refuse(payload.toString('utf8'));
      break;
    case said.result:
      seen.facts = readResult(payload);
      return true;
    default:
      throw new BrokenFrame(`a frame of kind ${kind}`);
  }
  return false;
}

interface Watch {
  due(ms: number): void;
  /** A frame has come, and is on its way to the sinks. */
  taking(): void;
  taken(): void;
  stop(): void;
}

/** Calls `late` when a time is past, unless frames still come in or are taken: then its last word is on its way. */
function createWatch(late: () => void): Watch {
  let timer: NodeJS.Timeout | undefined;
  let lastHeard = 0;
  const check = (since: number): void => {
    const now = performance.now();
    if (now - lastHeard < lateLookMs && now - since < mostDelayMs)
      timer = setTimeout(() => check(since), lateLookMs);
    else late();
  };
  return {
    due(ms) {
      clearTimeout(timer);
      // beyond what a timer can hold, 24 days, nothing is asked for
      timer = setTimeout(() => check(performance.now()), ms);
    },
    taking() {
      lastHeard = Infinity;
    },
    taken() {
      lastHeard = performance.now();
    },
    stop: () => clearTimeout(timer),
  };
}
