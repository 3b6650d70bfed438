import type { Engine } from '../engine/engine.ts';
import { callEngine } from '../engine/engine-error.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { label, namedAfter } from '../sandbox/template.ts';

const listMs = 10_000;

/** Removes sandboxes of this installation, whichever of its processes made them. Every call may throw an EngineError. */
export interface SandboxSweep {
  /** Removes the sandboxes of one task. */
  removeOf(taskId: string): Promise<void>;
  /** Removes the sandboxes past the deadline in their label, or all of them. @returns how many */
  remove(which: { past: number } | 'all'): Promise<number>;
}

/** @param owner the value of the sandboxes' owner label */
export function createSandboxSweep(engine: Engine, owner: string): SandboxSweep {
  const list = (name: string[] = []) => {
    const filters = { label: [`${label.owner}=${owner}`, label.key], name };
    return callEngine('sandbox list', () =>
      timeout(listMs, 'list', engine.docker.listContainers({ all: true, filters })),
    );
  };
  const removeAll = async (ids: string[]): Promise<number> => {
    const results = await Promise.allSettled(ids.map((id) => engine.remove(id)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return ids.length;
  };
  return {
    async removeOf(taskId) {
      // labels cannot change after creation: a sandbox from the pool names its task only in the container's name
      await removeAll((await list([namedAfter(taskId)])).map(({ Id }) => Id));
    },
    async remove(which) {
      const found = await list();
      const doomed = found.filter(
        ({ Labels }) => which === 'all' || !(Number(Labels[label.deadline]) > which.past),
      );
      return removeAll(doomed.map(({ Id }) => Id));
    },
  };
}
