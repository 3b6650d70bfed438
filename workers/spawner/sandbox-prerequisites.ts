import type { Logger } from 'pino';
import { createEngine } from '../../activities/engine/engine.ts';
import { missingFor } from '../../activities/sandbox/engine-capabilities.ts';
import type { HealthState } from '../../contracts/service.ts';

/** What sandboxes stand on, as it was last seen: the Engine, its runtime, and their image. */
export interface SandboxPrerequisites {
  /** `down`: none can be made; each task ends at once with the reason. */
  state: HealthState;
  /** What is missing, and what to do about it. */
  missing: string | null;
}

/** Gives what looks at the Engine and notes what it saw. Never rejects. */
export function checkPrerequisites(
  env: { VX11_DOCKER_SOCKET: string },
  wanted: { image: string; runtime: string | null },
  ground: SandboxPrerequisites,
  log: Logger,
): () => Promise<void> {
  const { docker } = createEngine(env.VX11_DOCKER_SOCKET);
  return async () => {
    const before = ground.missing;
    try {
      const missing = await missingFor(docker, wanted);
      ground.missing = missing?.detail ?? null;
      ground.state = missing === null ? 'ok' : 'down';
    } catch (error) {
      ground.missing = `The Engine does not answer: ${(error as Error).message}`;
      ground.state = 'down';
    }
    if (ground.missing !== null && ground.missing !== before)
      log.error({ missing: ground.missing }, 'no sandbox can be made');
  };
}
