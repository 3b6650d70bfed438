import type { Hook } from '../../../domain/services/start-details.ts';
import { EngineError } from '../../engine/engine-error.ts';
import type { PowerHost } from '../host/host.ts';

/**
 * Runs the hooks of a service in one of its containers, one after the other, as Compose does. Stops at the first
 * failure.
 * @param limitMs time limit for all hooks together
 * @throws EngineError with the exit code of the failed hook
 */
export async function runHooks(
  power: Pick<PowerHost, 'engine'>,
  id: string,
  { kind, hooks }: { kind: 'post_start' | 'pre_stop'; hooks: readonly Hook[] },
  limitMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const giveUp = performance.now() + limitMs;
  for (const hook of hooks) {
    const code = await power.engine.run(id, hook, giveUp - performance.now(), signal);
    if (code === 0) continue;
    throw new EngineError('refused', `its ${kind} hook exited with status ${code}`, undefined);
  }
}
