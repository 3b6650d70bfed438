import type { Suite } from '../../domain/checks/suite.ts';
import type { PatchedFile } from '../../domain/patches/edit.ts';
import { answerChanges, changesBetween, type Change } from '../../domain/repair/behaviour.ts';
import {
  judgeMinimal,
  judgeOthers,
  judgeRed,
  judgeStatic,
  judgeStrength,
  judgeWeakened,
  type Rejection,
  type Strength,
} from '../../domain/repair/verdict.ts';
import { keyOfCheck, type CheckName } from '../../domain/repair/seen-result.ts';
import type { Weakening } from '../../domain/repair/weakening/word.ts';
import { shownResult, type KeptResult } from '../../store/checks/check-runs.ts';
import type { CheckResult } from '../../contracts/checks.ts';
import type { TrialDeps } from './trial/deps.ts';
import { runsNeeded, type Reproduced } from './reproduce.ts';
import { openTrial, type Trial, type TrialInput } from './trial/open-trial.ts';

export interface Candidate extends Omit<TrialInput, 'patched'> {
  patch: readonly PatchedFile[];
  /** The patch without each of its parts; a patch of one part needs none. */
  without: readonly { part: string; patch: readonly PatchedFile[] }[];
  /** Every suite of the stack as the red run had them, not as the patch may have them. */
  suites: readonly Suite[];
  red: readonly CheckName[];
  /** What the unpatched copy did. */
  baseline: Pick<Reproduced, 'baseline' | 'runs' | 'config'>;
  /** What the patch weakens. @param config the patched stack as Compose reads it; null if Compose refuses it */
  judge: (config: unknown) => readonly Weakening[];
}

/** What trying a candidate showed; `rejection` is null for one that is proved. */
export interface Tried {
  rejection: Rejection | null;
  /** The results of its last run. */
  results: CheckResult[];
  strength: (CheckName & { strength: Strength })[];
  /** What else the patch changes; values of secrets are in it. */
  config: Change[];
  answers: Change[];
  ms: number;
}

/**
 * Proves a patch in copies of the stack, or says why it is none: parsers, the red checks green three times, no other check
 * lost, the red checks notice when their service is away, and each part of the patch is needed.
 * @throws TrialRefused; the reason of `signal`
 */
export async function tryCandidate(deps: TrialDeps, candidate: Candidate): Promise<Tried> {
  const began = performance.now();
  const tried: Omit<Tried, 'ms'> = {
    rejection: null,
    results: [],
    strength: [],
    config: [],
    answers: [],
  };
  const trial = await openTrial(deps, { ...candidate, patched: candidate.patch });
  try {
    tried.rejection = await judgeTrial(trial, candidate, tried);
  } finally {
    await trial.close();
  }
  tried.rejection ??= await judgeParts(deps, candidate);
  return { ...tried, ms: performance.now() - began };
}

async function judgeTrial(
  trial: Trial,
  { suites, red, baseline, judge }: Candidate,
  tried: Omit<Tried, 'ms'>,
): Promise<Rejection | null> {
  const unreadable = judgeStatic(await trial.staticFaults());
  if (unreadable !== null) return unreadable;
  const weakened = judgeWeakened(judge(await trial.config()));
  if (weakened !== null) return weakened;
  const own = suitesOf(suites, red);
  for (let run = 1; run < runsNeeded; run += 1) {
    const results = await trial.check(own);
    tried.results = results.map(shownResult);
    const notGreen = judgeRed(results, red);
    if (notGreen !== null) return notGreen;
    await trial.again();
  }
  const results = await trial.check(suites);
  tried.results = results.map(shownResult);
  tried.config = changesBetween(baseline.config, await trial.config());
  tried.answers = answerChanges(suites, baseline.runs, results);
  const lost = judgeRed(results, red) ?? judgeOthers(results, baseline);
  if (lost !== null) return lost;
  return judgeEachStrength(trial, { suites, red, results }, tried);
}

/** A fresh start for each check, as a stopped service may take others with it. */
async function judgeEachStrength(
  trial: Trial,
  { suites, red, results }: Pick<Candidate, 'suites' | 'red'> & { results: KeptResult[] },
  tried: Omit<Tried, 'ms'>,
): Promise<Rejection | null> {
  for (const [at, name] of red.entries()) {
    if (at > 0) await trial.again();
    const { nth } = results.find((one) => keyOfCheck(one) === keyOfCheck(name))!;
    const strength = await trial.strength(suites, results, nth);
    tried.strength.push({ suite: name.suite, name: name.name, strength });
    const weak = judgeStrength(name, strength);
    if (weak !== null) return weak;
  }
  return null;
}

async function judgeParts(
  deps: TrialDeps,
  { without, suites, red, ...input }: Candidate,
): Promise<Rejection | null> {
  for (const [at, { part, patch }] of without.entries()) {
    const id = `${input.id}-part${at + 1}`;
    const trial = await openTrial(deps, { ...input, id, patched: patch });
    try {
      const needless = judgeMinimal(part, await trial.check(suitesOf(suites, red)), red);
      if (needless !== null) return needless;
    } finally {
      await trial.close();
    }
  }
  return null;
}

/** The suites of the red checks. */
const suitesOf = (suites: readonly Suite[], red: readonly CheckName[]): Suite[] =>
  suites.filter(({ name }) => red.some(({ suite }) => suite === name));
