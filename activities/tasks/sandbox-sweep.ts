import type { Engine } from '../engine/engine.ts';
import { callEngine } from '../engine/engine-error.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { label, namedAfter } from '../sandbox/template.ts';

const listMs = 10_000;

/** The sandboxes of this installation, whoever of it made them. Every call may throw an EngineError. */
export interface SandboxSweep {
  /** Removes those of one task. */
  removeOf(spawnId: string): Promise<void>;
  /** Removes those past the deadline in their label, or all. Gives how many. */
  remove(which: { past: number } | 'all'): Promise<number>;
}

/** @param owner the value of their owner label */
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
    async removeOf(spawnId) {
      // labels are written when a container is made: one that stood ready has its task's name only
      await removeAll((await list([namedAfter(spawnId)])).map(({ Id }) => Id));
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
