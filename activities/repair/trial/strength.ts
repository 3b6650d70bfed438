import { readFile } from 'node:fs/promises';
import { placeholdersOf } from '../../../domain/checks/condition.ts';
import type { Check, Suite } from '../../../domain/checks/suite.ts';
import type { PatchedFile } from '../../../domain/patches/edit.ts';
import type { Strength } from '../../../domain/repair/verdict.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { timeout } from '../../../platform/concurrency/timeout.ts';
import type { KeptResult } from '../../../store/checks/check-runs.ts';
import type { Surroundings } from '../../checks/surroundings.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';
import type { PowerHost } from '../../power/host/host.ts';
import type { TrialDeps } from './deps.ts';
import { breakPrograms } from './break-programs.ts';
import { planned } from '../../checks/planned.ts';
import { checkTrial, type CheckedCopy } from './check-trial.ts';

const callMs = 10_000;
/** How long a check may take while its service hangs. */
const hangMs = 3000;

export interface StrengthInput {
  suites: readonly Suite[];
  /** The results of a green run of these suites; what earlier checks stored is used. */
  results: readonly KeptResult[];
  /** The check. */
  nth: number;
  around: Pick<Surroundings, 'away' | 'addresses'>;
  patched: readonly PatchedFile[];
  signal: AbortSignal;
}

/**
 * Whether a check notices that its service hangs, and that it is down; that of a program, that what the patch changes of
 * it ends with an error. A check that does not proves nothing.
 */
export async function strengthOf(
  deps: TrialDeps,
  place: CheckedCopy,
  { suites, results, nth, around, patched, signal }: StrengthInput,
): Promise<Strength> {
  const { power } = deps.checks;
  const { project, copy } = place;
  const target = results.find((one) => one.nth === nth);
  const check = suites
    .find(({ name }) => name === target?.suite)
    ?.checks.find(({ name }) => name === target?.name);
  if (target === undefined || check === undefined) return 'not_tried';
  const ofProgram = check.kind === 'task';
  if (!ofProgram && check.service === null) return 'not_tried';
  const hurried = suites.map((suite) => ({
    ...suite,
    checks: suite.checks.map((one) => (one === check && !ofProgram ? withoutPatience(check) : one)),
  }));
  const unrun = results.map((one): KeptResult =>
    one === target ? planned(suites).find(({ nth: at }) => at === nth)! : one,
  );
  const isGreen = async (): Promise<boolean> => {
    const found = await checkTrial(deps, place, hurried, around, signal, unrun);
    return /^(passed|flaky)$/.test(found.find((one) => one.nth === nth)!.status);
  };
  if (ofProgram) {
    const broken = await breakPrograms(copy, check.task!.files, patched);
    return !broken ? 'not_tried' : (await isGreen()) ? 'green_while_broken' : 'red';
  }
  const containers = await power.engine.list(project, check.service!);
  const up = containers.filter(({ state }) => isUp(state));
  if (check.kind === 'http' || seesHealth(check)) {
    for (const { id } of up) await freeze(power, id);
    const stillGreen = check.kind === 'http' ? isGreen() : anyPasses(power, up);
    if (await stillGreen) return 'green_while_frozen';
  }
  // a job that has ended cannot be stopped
  for (const { id } of containers)
    await (up.length > 0 ? power.engine.kill(id) : power.engine.remove(id));
  return (await isGreen()) ? 'green_while_stopped' : 'red';
}

const withoutPatience = (check: Check): Check => ({
  ...check,
  retries: 0,
  for_ms: 0,
  timeout_ms: Math.min(check.timeout_ms, hangMs),
});

const seesHealth = ({ kind, conditions }: Check): boolean =>
  kind === 'container' && conditions.flatMap(placeholdersOf).some(({ name }) => name === 'HEALTH');

/** Whether the health check of a hanging container passes; one that hangs too does not. */
async function anyPasses(
  { engine }: PowerHost,
  containers: readonly { id: string }[],
): Promise<boolean> {
  const passes = containers.map(async ({ id }) => {
    const facts = await engine.inspect(id);
    const check = facts?.health_check;
    if (!check) return false;
    return timeout(hangMs, 'a health check', engine.passes(id, check)).catch(() => false);
  });
  return (await Promise.all(passes)).includes(true);
}

/** Stops the processes of a container where they are. A command can still be run in it, unlike in a paused one. */
async function freeze({ engine }: PowerHost, id: string): Promise<void> {
  const container = engine.docker.getContainer(id);
  const call = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    callEngineWithin(callMs, what, work);
  const { Processes } = await call('top', () => container.top({ ps_args: '-o pid' }));
  await call('freeze', () => container.kill({ signal: 'SIGSTOP' }));
  for (const [pid] of Processes) {
    // only where this process sees the same process ids as the Engine
    const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
    if (!groups.includes(id)) continue;
    try {
      process.kill(Number(pid), 'SIGSTOP');
    } catch {
      // it has ended, or belongs to another user: its first process is stopped in any case
    }
  }
}
