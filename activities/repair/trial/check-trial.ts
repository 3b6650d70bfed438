import { randomUUID } from 'node:crypto';
import type { Suite } from '../../../domain/checks/suite.ts';
import { pollUntil } from '../../../platform/concurrency/poll.ts';
import type { KeptResult } from '../../../store/checks/check-runs.ts';
import { performChecks } from '../../checks/perform.ts';
import type { TaskOrigin } from '../../checks/place.ts';
import type { Surroundings } from '../../checks/surroundings.ts';
import { planned } from '../../checks/planned.ts';
import type { TrialDeps } from './deps.ts';

/** The owner of the tasks of a trial. */
export type TaskOwner = Omit<TaskOrigin, 'folder' | 'cause'>;

/** What is checked. */
export interface CheckedCopy {
  project: string;
  /** Its folder. */
  copy: string;
  /** Null where no task may run. */
  tasks: TaskOwner | null;
}

/** How long checks are repeated that the host had no room to judge, and the pause between. */
const judgedMs = 30_000;
const againMs = 1000;

/**
 * Runs checks over the project of a trial, and keeps the results in memory.
 * @param known results of an earlier run of the same suites; only those that are `not_run` run
 */
export async function checkTrial(
  { checks }: Pick<TrialDeps, 'checks'>,
  { project, copy, tasks }: CheckedCopy,
  suites: readonly Suite[],
  around: Pick<Surroundings, 'away' | 'addresses'>,
  signal: AbortSignal,
  known: readonly KeptResult[] = planned(suites),
): Promise<KeptResult[]> {
  const { engine, proved, slots } = checks.power;
  const results = new Map(known.map((one) => [one.nth, one]));
  const place = {
    run: null,
    // each time other tasks, as the files may differ
    tasks: tasks && { ...tasks, folder: copy, cause: randomUUID() },
    engine,
    slots,
    proved,
    containersOf: (service: string) => engine.list(project, service),
    results: async () => [...results.values()],
    async save(batch: KeptResult[]) {
      for (const one of batch) results.set(one.nth, one);
    },
  };
  const perform = async (): Promise<KeptResult[]> => {
    const unrun = planned(suites);
    for (const { nth } of [...results.values()].filter(isUnjudged))
      results.set(
        nth,
        unrun.find((one) => one.nth === nth)!,
      );
    await performChecks(checks, place, suites, { ...around, window: null }, signal);
    return [...results.values()];
  };
  // a host that is too busy to judge says nothing of a patch
  const isJudged = (all: KeptResult[]): boolean => !all.some(isUnjudged);
  return pollUntil(perform, isJudged, { everyMs: againMs, withinMs: judgedMs, signal });
}

const isUnjudged = ({ status, cause }: KeptResult): boolean =>
  status === 'inconclusive' || (status === 'error' && cause === 'checker_hung');
