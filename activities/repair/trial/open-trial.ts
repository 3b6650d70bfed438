import { mkdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Suite } from '../../../domain/checks/suite.ts';
import type { PatchedFile } from '../../../domain/patches/edit.ts';
import { normalConfig } from '../../../domain/repair/behaviour.ts';
import type { Capture } from '../../../domain/repair/capture.ts';
import type { Strength } from '../../../domain/repair/verdict.ts';
import type { KeptResult } from '../../../store/checks/check-runs.ts';
import type { Surroundings } from '../../checks/surroundings.ts';
import { ComposeError } from '../../compose/compose-error.ts';
import { leaveTrial } from '../../power/admissions.ts';
import type { TrialDeps } from './deps.ts';
import { captureOf, type CaptureInput } from '../capture/capture.ts';
import { checkTrial, type TaskOwner } from './check-trial.ts';
import { copyFolder, removeFolder, writePatch } from './copy-folder.ts';
import { projectOf, trialLabels } from './labels.ts';
import { callOfCopy, readCopy, type ReadCopy } from './read-copy.ts';
import { wholeConfig } from './read-config.ts';
import { madeByTrials, removeMade } from './remove-trial.ts';
import { refusedByHost } from './beside.ts';
import { notStarted, settle } from './settle.ts';
import { buildTrial, prepareTrial, startTrial, type TrialProject } from './start.ts';
import { staticFaults } from './static-checks.ts';
import { strengthOf } from './strength.ts';

export interface TrialInput {
  /** Of its own for each trial: lower-case letters, digits and dashes. */
  id: string;
  /** The folder of the stack; nothing in it is written. */
  folder: string;
  patched: readonly PatchedFile[];
  /** What has to run; what these depend on comes with them. */
  services: readonly string[];
  /** Epoch ms; nothing of the trial outlives it by more than a round of the reaper. */
  deadline: number;
  /** Whose its tasks are; without it, none may run. */
  tasks?: TaskOwner;
  signal: AbortSignal;
}

/** A copy of a stack that runs beside it. */
export interface Trial {
  id: string;
  project: string;
  /** The folder of the copy. */
  copy: string;
  /** Why Compose refused the files, a build or the start; the checks of what is not up are then red. Null if it did not. */
  error: string | null;
  /** What a parser says of the patched files, and Compose of the stack; empty if all is well. */
  staticFaults(): Promise<string[]>;
  /** Runs these suites; the services of a trial have to run for them. */
  check(suites: readonly Suite[]): Promise<KeptResult[]>;
  /** Begins with a fresh copy, fresh volumes and fresh containers; images stay. */
  again(): Promise<void>;
  /** Freezes and stops a check's service: the check has to turn red. The trial cannot be checked afterwards. */
  strength(
    suites: readonly Suite[],
    results: readonly KeptResult[],
    nth: number,
  ): Promise<Strength>;
  /** Everything that is known about this copy; see `captureLive`. */
  capture(input: CaptureInput): Promise<Capture>;
  /** The stack as Compose reads it, without what differs between two copies; null if Compose refuses it. */
  config(): Promise<unknown>;
  /** Removes everything that the trial made. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Copies a stack's folder, patches the copy, and starts it isolated, under its own project.
 * @throws TrialRefused; the reason of `signal`; a TimeoutError past the deadline. Nothing is left then.
 */
export async function openTrial(deps: TrialDeps, input: TrialInput): Promise<Trial> {
  const { id, services, deadline } = input;
  const { power } = deps.checks;
  await mkdir(deps.copies, { recursive: true, mode: 0o700 });
  const base = join(await realpath(deps.copies), id);
  const folder = await realpath(input.folder);
  const home = await realpath(deps.home);
  const { owner, boot } = deps;
  const trial: TrialProject = {
    id,
    project: projectOf(id),
    // the same name, as a program may look at it
    copy: join(base, 'copy', basename(folder)),
    override: join(base, 'override.yaml'),
    labels: trialLabels({ key: id, owner, boot, deadline }),
    deadline,
  };
  const { project, copy } = trial;
  const checked = { project, copy, tasks: input.tasks ?? null };
  const left = AbortSignal.timeout(Math.max(0, deadline - power.clock()));
  const signal = AbortSignal.any([input.signal, left]);
  let error: string | null = null;
  let read: ReadCopy | null = null;
  let around: Pick<Surroundings, 'away' | 'addresses'> = { away: new Map(), addresses: {} };
  let isBuilt = false;

  const remove = async (keepImages: boolean): Promise<void> => {
    const made = await madeByTrials(power.engine.docker, id);
    await removeMade(
      power.engine.docker,
      made.filter(({ kind }) => kind !== 'image' || !keepImages),
    );
    for (const one of made) power.proved.delete(one.id);
  };
  const close = async (): Promise<void> => {
    try {
      await remove(false);
      await removeFolder(base);
      await power.guardFiles.trial(project, null);
    } finally {
      // what could not be removed is left to the reaper
      leaveTrial(power, id);
      deps.live.delete(id);
    }
  };
  const fill = async (): Promise<void> => {
    await removeFolder(copy);
    await copyFolder(folder, copy, { home, signal });
    await writePatch(copy, input.patched);
  };
  const start = async (): Promise<void> => {
    try {
      const call = await callOfCopy(power.compose, folder, copy);
      read = await readCopy(call, project, services, signal);
    } catch (failure) {
      if (!(failure instanceof ComposeError)) throw failure;
      read = null;
      error = failure.message;
      around = {
        away: new Map(services.map((name) => [name, notStarted(failure.message)])),
        addresses: {},
      };
      return;
    }
    // programs alone need nothing of the stack
    if (read.services.length === 0) return;
    await prepareTrial(power, trial, read);
    error = isBuilt ? null : await buildTrial(trial, read, signal);
    isBuilt = error === null;
    const refused = await refusedByHost(power, read);
    const started = read.services.filter(({ name }) => !refused.has(name));
    if (started.length > 0)
      error ??= await startTrial(trial, { ...read, services: started }, signal);
    around = await settle(power, { project, error }, started, signal);
    around = { ...around, away: new Map([...around.away, ...refused]) };
  };

  deps.live.add(id);
  try {
    await fill();
    await start();
  } catch (failure) {
    await close();
    throw failure;
  }
  return {
    id,
    project,
    copy,
    get error() {
      return error;
    },
    staticFaults: () => staticFaults(copy, input.patched, read === null ? error : null),
    check: (suites) => checkTrial(deps, checked, suites, around, signal),
    async again() {
      await remove(true);
      await fill();
      await start();
    },
    strength: (suites, results, nth) =>
      strengthOf(deps, checked, {
        suites,
        results,
        nth,
        around,
        patched: input.patched,
        signal,
      }),
    async capture(of) {
      const call = await callOfCopy(power.compose, folder, copy);
      const { files, envFiles } = call.source;
      const ask = call.as(project, null, signal).withWarnings;
      const { engine } = power;
      const place = {
        engine,
        project,
        containersOf: (service: string) => engine.list(project, service),
        compose: { folder: copy, files, envFiles, ask },
        known: services,
        home,
      };
      // the reader knows the stack, not its copy
      return withoutPath(await captureOf(place, of, signal), { copy, folder });
    },
    async config() {
      if (read === null) return null;
      return normalConfig(await wholeConfig(read, project, signal), { project, copy });
    },
    close,
  };
}

/** The same with the path of a copy as that of what was copied. */
function withoutPath<T>(value: T, { copy, folder }: { copy: string; folder: string }): T {
  const inJson = (path: string): string => JSON.stringify(path).slice(1, -1);
  return JSON.parse(JSON.stringify(value).replaceAll(inJson(copy), () => inJson(folder))) as T;
}
