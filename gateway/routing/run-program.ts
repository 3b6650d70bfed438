import type { FastifyRequest } from 'fastify';
import type { ProgramReport, ProgramRequest } from '../../contracts/routing-call.ts';
import { codeTask } from '../../domain/tasks/task.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import type { GatewayContext } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';

/** What a task may take longer than its program: to be queued and to end. */
const marginMs = 5000;
const awakeWithinMs = 10_000;

/**
 * Runs a program of a target as a task of the caller, and waits for its end. A task that cannot run is reported, and switch
 * takes another target; one that nobody waits for any more is cancelled.
 */
export async function runFor(
  { tasks, logger }: Pick<GatewayContext, 'tasks' | 'logger'>,
  request: FastifyRequest,
  { decision_id, target, within_seconds, memory_mb, code, args, stdin, egress }: ProgramRequest,
  signal: AbortSignal,
): Promise<ProgramReport> {
  const { name: owner, principal: ownerId } = callerOf(request);
  const about = { decision_id, target };
  const body = {
    task_type: 'shell' as const,
    code,
    args,
    stdin,
    ttl_seconds: within_seconds,
    max_memory_mb: memory_mb,
    ...(egress.length > 0 && { network: 'egress-allowlist' as const, egress }),
  };
  try {
    let why: string | null = null;
    // a spawner that has just woken takes its first task a moment later
    const start = async (): Promise<string | null> => {
      const started = await tasks.start({
        task_type: 'shell',
        owner,
        ownerId,
        correlation_id: request.id,
        repeatKey: `${decision_id} ${target}`,
        build: (base, now) => codeTask(body, base, now),
      });
      why = started.error;
      return started.error === null ? started.spawn_id : null;
    };
    const spawn_id = await poll(start, { everyMs: 250, withinMs: awakeWithinMs, signal });
    if (spawn_id === null) return { ...about, spawn_id, why: why ?? 'it did not start' };
    const cancel = (): void =>
      void tasks
        .find(spawn_id)
        .then((view) => tasks.cancel(view, owner))
        .catch((error: unknown) => logger.warn({ err: error, spawn_id }, 'a task runs on'));
    signal.addEventListener('abort', cancel, { once: true });
    await tasks.waitForEnd(spawn_id, within_seconds * 1000 + marginMs);
    signal.removeEventListener('abort', cancel);
    return { ...about, spawn_id, why: null };
  } catch (error) {
    logger.info({ err: error, decision_id }, 'a program of a target did not run');
    const why = error instanceof Error ? error.message.slice(0, 300) : 'it did not run';
    return { ...about, spawn_id: null, why };
  }
}
