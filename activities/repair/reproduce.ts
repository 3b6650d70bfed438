import type { Suite } from '../../domain/checks/suite.ts';
import { keyOfCheck, type CheckName } from '../../domain/repair/seen-result.ts';
import { judgeReproduction, type Reproduction } from '../../domain/repair/reproduction.ts';
import type { KeptResult } from '../../store/checks/check-runs.ts';
import type { TrialDeps } from './trial/deps.ts';
import { TrialRefused } from './trial/refused.ts';
import { openTrial, type Trial, type TrialInput } from './trial/open-trial.ts';

/** How often a copy has to be red, and a patched one green. */
export const runsNeeded = 3;

/** What an unpatched copy did. */
export interface Reproduced<Seen = unknown> extends Reproduction {
  /** The results of each run, for the baseline of a patch. */
  runs: KeptResult[][];
  /** The stack as Compose reads it; null if Compose refuses it. */
  config: unknown;
  /** Why Compose did not start the copy; null if it did. */
  error: string | null;
  ms: number;
  /** What `look` found in the copy of the last run. */
  seen: Seen;
}

/**
 * Checks an unpatched copy of a stack three times, each time with fresh volumes and containers.
 * @param suites every suite of the stack, as the red run had them
 * @param red the checks that were red
 * @param look called while the copy of the last run is up
 * @throws TrialRefused; the reason of `signal`
 */
export async function reproduce<Seen = void>(
  deps: TrialDeps,
  input: Omit<TrialInput, 'patched'>,
  { suites, red }: { suites: readonly Suite[]; red: readonly CheckName[] },
  look?: (trial: Trial, results: readonly KeptResult[]) => Promise<Seen>,
): Promise<Reproduced<Seen>> {
  const began = performance.now();
  const trial = await openTrial(deps, { ...input, patched: [] });
  try {
    const wanted = new Set(red.map(keyOfCheck));
    const runs = [await trial.check(suites)];
    while (runs.length < runsNeeded) {
      await trial.again();
      runs.push(await trial.check(suites));
    }
    const unjudged = runs
      .flat()
      .find((one) => one.status === 'inconclusive' && wanted.has(keyOfCheck(one)));
    if (unjudged !== undefined) {
      const { suite: of, name, detail } = unjudged;
      throw new TrialRefused('unjudged', `${of}/${name} could not be judged in a copy: ${detail}`);
    }
    const seen = (await look?.(trial, runs.at(-1)!)) as Seen;
    const config = await trial.config();
    const { error } = trial;
    const ms = performance.now() - began;
    return { ...judgeReproduction(runs, red), runs, config, error, ms, seen };
  } finally {
    await trial.close();
  }
}
