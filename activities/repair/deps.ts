import type { CheckResult, CheckRunView } from '../../contracts/checks.ts';
import type { RepairCandidate, RepairView } from '../../contracts/repair.ts';
import type { Capture } from '../../domain/repair/capture.ts';
import type { PatchLimits } from '../../domain/repair/weakening/patch-limits.ts';
import type { RepairPolicy } from '../../domain/repair/policy.ts';
import type { KeptFile } from '../../store/repair/patches.ts';
import type { PlanDeps, RepairsPort, WindowActor } from '../plans/ports.ts';
import type { PowerHost } from '../power/host/host.ts';
import type { Llm } from '../providers/language-models.ts';

/** The red run that a repair mends, and which of its checks are red. */
export interface RedRun {
  run: CheckRunView;
  results: readonly CheckResult[];
  red: readonly CheckResult[];
}

/** What three runs in an unpatched copy say. */
export type Reproduction =
  | { kind: 'red'; capture: Capture }
  | { kind: 'flaky' | 'not_reproduced' | 'refused'; detail: string };

/** Copies of the stack, in which a failure is reproduced and a candidate is tried. */
export interface Trials {
  reproduce(repair: RepairView, red: RedRun, signal: AbortSignal): Promise<Reproduction>;
  tryCandidate(
    repair: RepairView,
    red: RedRun,
    files: readonly KeptFile[],
    limits: PatchLimits,
    signal: AbortSignal,
  ): Promise<Pick<RepairCandidate, 'verdict' | 'why' | 'changes' | 'seconds'>>;
  /** Forgets what the unpatched copy of a repair did; each copy removes itself. */
  forget(repairId: string): void;
}

/** The calls about repairs to Temporal. */
export interface RepairRuns extends RepairsPort {
  /** Returns whether the repair's workflow is still running. */
  repairRuns(repairId: string): Promise<boolean>;
  /** Cancels a plan and waits for its end, unless it has ended. */
  cancelPlan(planId: string, by: WindowActor & { reason: string | null }): Promise<void>;
}

export interface RepairDeps {
  power: PowerHost;
  trials: Trials;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  runs: () => RepairRuns;
  plans: PlanDeps;
  llm: Llm;
  /** The folder of the reports. */
  folder: string;
  metrics: RepairMetrics;
}

export interface RepairMetrics {
  ended(status: string): void;
  tried(verdict: string): void;
}

/** A repair under way, with what its activities need. */
export interface RepairNow {
  repair: RepairView;
  red: RedRun;
  policy: RepairPolicy;
}
