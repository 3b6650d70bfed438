import { spawnerService } from '../../contracts/queues.ts';
import type { RepairCandidate, RepairView } from '../../contracts/repair.ts';
import { selectSuites } from '../../domain/checks/select-suites.ts';
import type { Suite } from '../../domain/checks/suite.ts';
import type { PatchedFile } from '../../domain/patches/edit.ts';
import { withoutEachPart } from '../../domain/patches/parts.ts';
import type { Capture } from '../../domain/repair/capture.ts';
import { normalFolder } from '../../domain/repair/behaviour.ts';
import { createMasker, secretsInEnvironment } from '../../domain/repair/mask.ts';
import { weakeningsOf } from '../../domain/repair/weakening.ts';
import type { ComposeModel } from '../../domain/repair/weakening/word.ts';
import { stackFolder } from '../compose/stack-folder.ts';
import type { RedRun, Reproduction, Trials } from './deps.ts';
import { reproduce, type Reproduced } from './reproduce.ts';
import type { TrialDeps } from './trial/deps.ts';
import { TrialRefused } from './trial/refused.ts';
import type { TrialInput } from './trial/open-trial.ts';
import { tryCandidate, type Tried } from './try-candidate.ts';
import { tasksOf, withSpawner } from './with-spawner.ts';

/** How long one copy may exist, with its three runs. */
const trialMs = 600_000;

/** What an unpatched copy did and showed, of the repairs that run in this process. */
type Known = Reproduced<Capture>;

export function createTrials(deps: TrialDeps): Trials {
  const { power } = deps.checks;
  const known = new Map<string, Known>();

  /** The suites of the red run, as the file has them now. */
  const suitesOf = async ({ run }: RedRun): Promise<readonly Suite[]> => {
    await power.catalog.current();
    const names = run.suite === 'all' ? [] : run.suite.split(',');
    return selectSuites(power.catalog.suites(), { services: names }).suites;
  };
  const inputOf = (
    repair: RepairView,
    use: 'base' | 'try',
    suites: readonly Suite[],
    signal: AbortSignal,
  ): Omit<TrialInput, 'patched'> => ({
    id: `${shortOf(repair.repair_id)}-${use}`,
    tasks: tasksOf(deps.checks, repair),
    folder: stackFolder(power.compose.named),
    services: [...new Set(suites.flatMap(({ services }) => services))],
    deadline: power.clock() + trialMs,
    signal,
  });
  const baselineOf = async (
    repair: RepairView,
    red: RedRun,
    suites: readonly Suite[],
    signal: AbortSignal,
  ): Promise<Known> => {
    const input = inputOf(repair, 'base', suites, signal);
    const found = await reproduce(deps, input, { suites, red: red.red }, (trial, results) =>
      trial.capture({ suites, results }),
    );
    known.set(repair.repair_id, found);
    return found;
  };

  return {
    async reproduce(repair, red, signal): Promise<Reproduction> {
      try {
        const suites = await suitesOf(red);
        const found = await withSpawner(deps.checks, repair, suites, { ms: trialMs, signal }, () =>
          baselineOf(repair, red, suites.map(inCopy), signal),
        );
        if (found.end === 'red') return { kind: 'red', capture: found.seen };
        if (found.end === 'flaky') return { kind: 'flaky', detail: flakyText(red) };
        return { kind: 'not_reproduced', detail: greenText(red) };
      } catch (error) {
        if (error instanceof TrialRefused) return { kind: 'refused', detail: error.message };
        throw error;
      }
    },
    async tryCandidate(repair, red, files, limits, signal) {
      const patch = files as readonly PatchedFile[];
      const declared = await suitesOf(red);
      const suites = declared.map(inCopy);
      const tryIn = async (): Promise<Tried> => {
        // a process that died has taken its knowledge with it
        const baseline =
          known.get(repair.repair_id) ?? (await baselineOf(repair, red, suites, signal));
        const before = baseline.config as ComposeModel | null;
        return tryCandidate(deps, {
          ...inputOf(repair, 'try', suites, signal),
          patch,
          without: withoutEachPart(patch).map(({ part, files: rest }) => ({ part, patch: rest })),
          suites,
          red: red.red,
          baseline,
          judge: (config) => {
            const after = config as ComposeModel | null;
            const { seen: capture } = baseline;
            return weakeningsOf(
              { files: patch, before, after, folder: normalFolder, capture },
              limits,
            );
          },
        });
      };
      try {
        const bounds = { ms: 2 * trialMs, signal };
        return verdictOf(await withSpawner(deps.checks, repair, declared, bounds, tryIn));
      } catch (error) {
        if (!(error instanceof TrialRefused)) throw error;
        return { verdict: 'refused', why: error.message, changes: [], seconds: null };
      }
    },
    forget: (repairId) => void known.delete(repairId),
  };
}

/** What a copy can check: no files of Hurl and no loads. The spawner that runs its tasks is the stack's own. */
const inCopy = (suite: Suite): Suite => ({
  ...suite,
  load: null,
  services: suite.services.filter((name) => name !== spawnerService),
  checks: suite.checks.filter(({ kind }) => kind !== 'hurl'),
});

/** Lower-case letters, digits and dashes, as a project needs them. */
const shortOf = (repairId: string): string =>
  repairId.slice('repair-'.length, 'repair-'.length + 16);

const names = ({ red }: RedRun): string =>
  red.map(({ suite, name }) => `${suite}/${name}`).join(', ');
const flakyText = (red: RedRun): string =>
  `${names(red)} failed in some of three runs of a copy and passed in others. A patch cannot be judged by that; look for a race.`;
const greenText = (red: RedRun): string =>
  `${names(red)} passed in a fresh copy of the stack, so the cause is outside of its files: data in a volume, or something that has changed since.`;

function verdictOf({
  rejection,
  config,
  answers,
  ms,
}: Tried): Pick<RepairCandidate, 'verdict' | 'why' | 'changes' | 'seconds'> {
  const changes = [...config, ...answers].map(({ where, before, after }) => {
    const name = where.split('.').at(-1) ?? '';
    const values = [before, after].flatMap((value) => value ?? []);
    const masker = createMasker(
      secretsInEnvironment(values.map((value) => [name, value])),
      new Set(),
    );
    const shown = (value: string | null): string =>
      value === null ? 'nothing' : JSON.stringify(masker.value(name, value).slice(0, 200));
    return `${where}: ${shown(before)} → ${shown(after)}`;
  });
  return {
    verdict: rejection?.because ?? 'proved',
    why: rejection?.detail ?? null,
    changes: changes.slice(0, 50),
    seconds: ms / 1000,
  };
}
