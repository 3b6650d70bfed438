import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { isOrphan, type Installation } from '../../../domain/tasks/orphans.ts';
import { removeFolder } from './copy-folder.ts';
import { ownershipOf } from './labels.ts';
import { madeByTrials, removeMade } from './remove-trial.ts';

/**
 * Removes what trials have left: at once what an earlier start of this installation made, and what another one made once its
 * deadline has passed. Of the copies, those of no live trial. What cannot be removed is left for the next round.
 * @param copies the folder of this installation's copies
 * @returns the ids of the trials
 * @throws an EngineError
 */
export async function reapTrials(
  docker: Docker,
  installation: Installation,
  copies: string,
  now: number,
): Promise<string[]> {
  const made = await madeByTrials(docker);
  const orphans = made.filter(({ labels }) => isOrphan(ownershipOf(labels), installation, now));
  await removeMade(docker, orphans);
  const names = await readdir(copies).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const left = names.filter((name) => !installation.manages(name));
  for (const name of left) await removeFolder(join(copies, name));
  return [...new Set([...orphans.map(({ labels }) => ownershipOf(labels).key), ...left])];
}
