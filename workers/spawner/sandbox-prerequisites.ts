import type { Logger } from 'pino';
import { createEngine } from '../../activities/engine/engine.ts';
import { missingFor } from '../../activities/sandbox/engine-capabilities.ts';
import type { HealthState } from '../../contracts/service.ts';

/** The last known state of what sandboxes need: the Engine, its runtime, and their image. */
export interface SandboxPrerequisites {
  /** While it is `down`, no sandbox can be created; each task ends at once with the reason. */
  state: HealthState;
  /** What is missing, and what to do about it. */
  missing: string | null;
}

/** Returns a check that inspects the Engine and updates `prerequisites`. The check never rejects. */
export function checkPrerequisites(
  env: { VX11_DOCKER_SOCKET: string },
  wanted: { image: string; runtime: string | null },
  prerequisites: SandboxPrerequisites,
  log: Logger,
): () => Promise<void> {
  const { docker } = createEngine(env.VX11_DOCKER_SOCKET);
  return async () => {
    const before = prerequisites.missing;
    try {
      const missing = await missingFor(docker, wanted);
      prerequisites.missing = missing?.detail ?? null;
      prerequisites.state = missing === null ? 'ok' : 'down';
    } catch (error) {
      prerequisites.missing = `The Engine does not answer: ${(error as Error).message}`;
      prerequisites.state = 'down';
    }
    if (prerequisites.missing !== null && prerequisites.missing !== before)
      log.error({ missing: prerequisites.missing }, 'no sandbox can be made');
  };
}
