import { performChecks } from '../../../activities/checks/perform.ts';
import { placeOfRun } from '../../../activities/checks/place.ts';
import { planned } from '../../../activities/checks/planned.ts';
import { surroundingsOf } from '../../../activities/checks/surroundings.ts';
import type { CheckDeps } from '../../../activities/checks/deps.ts';
import type { CheckRunView } from '../../../contracts/checks.ts';
import { aRun } from './a-run.ts';

/** A container that is this machine. */
export const local = { addresses: ['127.0.0.1'] };

/** Writes a run as not run, as its first activity does. */
export async function plan(deps: CheckDeps, run: CheckRunView = aRun()): Promise<CheckRunView> {
  const { store, catalog } = deps.power;
  await store.checks.create(run, [], null);
  await store.checks.plan(run.run_id, planned(catalog.suites()));
  return run;
}

/** Runs every check of the file. @returns each check's name and status */
export async function perform(deps: CheckDeps, run: CheckRunView): Promise<Record<string, string>> {
  const suites = deps.power.catalog.suites();
  const around = await surroundingsOf(deps.power, run, suites);
  const place = placeOfRun(deps.power, run);
  await performChecks(deps, place, suites, around, new AbortController().signal);
  const results = await deps.power.store.checks.results(run.run_id);
  return Object.fromEntries(
    results.map(({ name, status, cause }) => [
      name,
      cause === null ? status : `${status}: ${cause}`,
    ]),
  );
}
