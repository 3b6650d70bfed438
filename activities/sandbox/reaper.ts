import type Docker from 'dockerode';
import { isOrphan, type Installation } from '../../domain/tasks/orphans.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { callEngine } from '../engine/engine-error.ts';
import { removeContainer } from './container.ts';
import { belongingOf, label } from './template.ts';

const listMs = 10_000;

/**
 * Removes the orphaned sandboxes on this Engine and returns their ids. One that cannot be removed is left for the next
 * round. Throws an EngineError if the Engine does not answer.
 */
export async function reapAbandoned(
  docker: Docker,
  installation: Installation,
  now: number,
): Promise<string[]> {
  const filters = { label: [label.key] };
  const found = await callEngine('sandbox list', () =>
    timeout(listMs, 'list', docker.listContainers({ all: true, filters })),
  );
  const abandoned = found.filter(({ Labels }) => isOrphan(belongingOf(Labels), installation, now));
  const gone = await Promise.allSettled(
    abandoned.map(async ({ Id }) => {
      await removeContainer(docker, Id);
      return Id;
    }),
  );
  return gone.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}
