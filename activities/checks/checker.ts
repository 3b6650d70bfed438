import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { TimeoutError, timeout } from '../../platform/concurrency/timeout.ts';
import type { Check } from '../../domain/checks/suite.ts';
import { startChild } from './child.ts';
import type { Probe, ProbeAnswer, Probed } from './probe/messages.ts';

const program = join(import.meta.dirname, 'probe', 'main.ts');
/** The child's heap, in MB: enough for 1 MiB of JSON for each check that runs side by side. */
const heapMb = 96;
/** How long the child may take beyond the time limit of a check before it counts as hung. */
const graceMs = 3000;

/** Runs tries of checks in a child process, which ends with this one. */
export interface Checker {
  /** Never throws: a child that dies or hangs is a result, and the next try gets a new child. */
  attempt(
    check: Check,
    context: Record<string, string>,
    addresses: Record<string, string>,
  ): Promise<Probed>;
  /** The child's process id; undefined while there is none. */
  readonly pid: number | undefined;
  close(): void;
}

interface Child {
  process: ChildProcess;
  waiting: Map<number, (answer: Probed) => void>;
}

export function createChecker(): Checker {
  let child: Child | null = null;
  let newest = 0;

  const start = (): Child => {
    const process = startChild(program, heapMb);
    const waiting: Child['waiting'] = new Map();
    const made = { process, waiting };
    process.on('message', (message) => {
      const { id, ...answer } = message as ProbeAnswer;
      waiting.get(id)?.(answer);
    });
    const gone = (how: string): void => {
      if (child === made) child = null;
      for (const answer of waiting.values()) answer(died(how));
    };
    process.once('error', (error) => gone(error.message));
    process.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
    return made;
  };

  return {
    async attempt(check, context, addresses) {
      child ??= start();
      const used = child;
      const id = (newest += 1);
      const probe: Probe = { id, check, context, addresses };
      const began = performance.now();
      const answered = new Promise<Probed>((resolve) => used.waiting.set(id, resolve));
      used.process.send(probe, (error) => {
        if (error !== null) used.waiting.get(id)?.(died(error.message));
      });
      try {
        const answer = await timeout(check.timeout_ms + graceMs, 'a check', answered);
        return answer.cause === 'checker_died'
          ? { ...answer, ms: performance.now() - began }
          : answer;
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        used.process.kill('SIGKILL');
        const detail = `the checker did not come back within ${check.timeout_ms + graceMs} ms`;
        return { ...died(detail), cause: 'checker_hung', ms: performance.now() - began };
      } finally {
        used.waiting.delete(id);
      }
    },
    get pid() {
      return child?.process.pid;
    },
    close() {
      child?.process.kill('SIGKILL');
      child = null;
    },
  };
}

const died = (how: string): Probed => ({
  status: 'error',
  cause: 'checker_died',
  detail: `the process that checks ended (${how}); the check was not judged`,
  ms: 0,
  evidence: null,
  stored: {},
});
