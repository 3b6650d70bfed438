import { Context } from '@temporalio/activity';
import { programTable } from '../../domain/programs/table.ts';
import { isoTime } from '../../platform/time.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { askPrograms } from './ask.ts';
import { findPrograms } from './presence.ts';
import type { HermesActivities, Presence } from './program-activities.ts';
import type { SearchedRoot } from './program-files.ts';
import { withFileVersions } from './version-files.ts';

/** Finds the programs of all roots, and the versions that stand in their files. */
export async function findEverywhere(roots: readonly SearchedRoot[]): Promise<Presence> {
  const began = performance.now();
  const at = isoTime(Date.now());
  const present = await Promise.all(roots.map((one) => findPrograms(one, programTable, at)));
  const presence_ms = performance.now() - began;
  const found = await Promise.all(
    roots.map((one, nth) => withFileVersions(one, present[nth]!, programTable)),
  );
  return { found: found.flat(), presence_ms };
}

/**
 * @param path the value of PATH for programs that are asked
 * @param mayRun whether programs are asked at all
 */
export const createHermesActivities = (
  roots: readonly SearchedRoot[],
  path: string,
  mayRun = true,
): HermesActivities => ({
  findPrograms: () => withHeartbeat(() => findEverywhere(roots)),
  askPrograms: ({ ask }) =>
    withHeartbeat(() =>
      askPrograms(mayRun ? ask : [], programTable, {
        path,
        signal: Context.current().cancellationSignal,
      }),
    ),
});
