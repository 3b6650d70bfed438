import { taskIds } from '../../../contracts/ids.ts';
import type { TaskCause } from '../../../contracts/task.ts';
import { masked, secretsOf } from '../../../domain/checks/secrets.ts';
import type { Check } from '../../../domain/checks/suite.ts';
import { sha256 } from '../../../platform/hash.ts';
import type { CheckDeps } from '../deps.ts';
import type { TaskOrigin } from '../place.ts';
import { judged, mostEvidence, printable } from '../probe/judged.ts';
import type { Probed } from '../probe/messages.ts';
import { readTaskFiles } from './task-files.ts';

/** What a task may wait for a sandbox, in ms, beyond its own time limit. */
export const taskWaitMs = 60_000;

/** Ends that say nothing about what is checked. */
const unjudged: ReadonlySet<TaskCause> = new Set([
  'cancelled',
  'window_closed',
  'sandbox_lost',
  'image_missing',
  'runtime_missing',
  'limits_missing',
]);

/** What the task of a check belongs to; the same try has the same task, also after a restart. */
export interface TaskCheck {
  origin: TaskOrigin;
  suite: string;
  attempt: number;
}

/**
 * One try of a task check: its code in a sandbox without a network, with the stored values as JSON on its input and its
 * files beside it.
 */
export async function runAsTask(
  { tasks }: Pick<CheckDeps, 'tasks'>,
  { origin, suite, attempt }: TaskCheck,
  check: Check,
  context: Record<string, string>,
  signal: AbortSignal,
): Promise<Probed> {
  const began = performance.now();
  const { language, code, files } = check.task!;
  const { folder, owner, principal, correlation_id, metadata } = origin;
  const cause = JSON.stringify([origin.cause, suite, check.name, attempt]);
  const seconds = Math.max(1, Math.ceil(check.timeout_ms / 1000));
  const read = await readTaskFiles(folder, files, language);
  if ('problem' in read) {
    const ms = performance.now() - began;
    const { problem: detail } = read;
    return { status: 'failed', cause: 'task_files', detail, ms, evidence: null, stored: {} };
  }
  const order = {
    ids: taskIds(sha256(`check ${cause}`).slice(0, 32)),
    owner,
    principal,
    correlation_id,
    body: {
      task_type: language,
      code,
      stdin: JSON.stringify(context),
      ...(read.files.length > 0 && { files: read.files }),
      timeout_seconds: seconds,
      ttl_seconds: seconds + taskWaitMs / 1000,
      max_retries: 0,
      metadata,
    },
  };
  const ended = await tasks.run(order, signal);
  const ms = performance.now() - began;
  const unknown = (word: string, detail: string, evidence: string | null = null): Probed => ({
    status: 'inconclusive',
    cause: word,
    detail,
    ms,
    evidence,
    stored: {},
  });
  if (ended === null) {
    return unknown(
      'spawner_unavailable',
      'no spawner is ready to run a task; vx11 doctor says why',
    );
  }
  const { view, output } = ended;
  const text = ['stdout', 'stderr'].map((stream) => output(stream as 'stdout')).join('');
  const evidence = [`${view.spawn_id}: ${view.state}`, '', printable(text)].join('\n');
  if (view.cause !== null && unjudged.has(view.cause)) {
    const shown = masked(evidence, secretsOf(check)).slice(0, mostEvidence);
    return unknown(view.cause, `the task ${view.spawn_id} ended as ${view.state}`, shown);
  }
  const hasEnded = view.exit_code !== null && (view.cause === null || view.cause === 'exit');
  const late = view.state === 'timeout' || view.cause === 'wall_time';
  const detail = late
    ? `the task did not end within ${check.timeout_ms} ms`
    : `the task ${view.spawn_id} ended as ${view.state}`;
  const fault = hasEnded
    ? null
    : { cause: late ? 'timeout' : (view.cause ?? view.state), detail, late };
  const facts = {
    OUTPUT: text.replace(/\n+$/, ''),
    ...(hasEnded && { EXIT_CODE: view.exit_code }),
    RESPONSE_TIME: Math.round(ms),
    CONTEXT: context,
  };
  return { ...judged(check, facts, { fault, evidence }), ms };
}
