import { writeFile } from 'node:fs/promises';
import { isolate } from '../../../domain/repair/isolation/isolate.ts';
import { ComposeError } from '../../compose/compose-error.ts';
import type { PowerHost } from '../../power/host/host.ts';
import { leaveTrial, reserveTrial } from '../../power/admissions.ts';
import type { ReadCopy } from './read-copy.ts';
import { realPathsIn } from './read-config.ts';
import { TrialRefused } from './refused.ts';

/** Time limits for a build and for a start; the trial's deadline ends both earlier. */
const buildMs = 600_000;
const upMs = 300_000;

/** Where a trial runs, and as what. */
export interface TrialProject {
  id: string;
  project: string;
  /** The folder of the copy. */
  copy: string;
  /** The compose file that isolates the trial; it is outside the copy. */
  override: string;
  labels: Record<string, string>;
  /** Epoch ms. */
  deadline: number;
}

/**
 * Writes what isolates the trial, and takes room for it among the windows.
 * @throws TrialRefused
 */
export async function prepareTrial(
  power: PowerHost,
  { id, project, copy, override, labels, deadline }: TrialProject,
  { model, services }: ReadCopy,
): Promise<void> {
  const realPaths = await realPathsIn(model);
  const isolated = isolate(model, { project, folder: copy, labels, realPaths });
  if ('refused' in isolated) throw new TrialRefused('not_isolatable', isolated.refused);
  // a second start of the same trial takes its own place again
  leaveTrial(power, id);
  const admission = await reserveTrial(power, id, services);
  if (!admission.admit) throw new TrialRefused('no_room', admission.because);
  await power.guardFiles.trial(project, deadline);
  await power.guard.ensure();
  await writeFile(override, isolated.override, { mode: 0o600 });
}

/**
 * Builds the images of the trial.
 * @returns why that failed; null if it did not
 */
export async function buildTrial(
  { project, override }: TrialProject,
  { call, model }: ReadCopy,
  signal: AbortSignal,
): Promise<string | null> {
  const built = Object.entries(model.services).filter(([, { build }]) => build !== undefined);
  if (built.length === 0) return null;
  const names = built.map(([name]) => name);
  return failureOf(call.as(project, override, signal).own(['build', '--', ...names], buildMs));
}

/**
 * Lets Compose start the services, in the order of their dependencies. Nothing is built or pulled.
 * @returns why not all of them were started; null if they were
 */
export const startTrial = (
  { project, override }: TrialProject,
  { call, services }: ReadCopy,
  signal: AbortSignal,
): Promise<string | null> => {
  const flags = ['-d', '--no-build', '--pull', 'never', '--quiet-pull'];
  const names = services.map(({ name }) => name);
  return failureOf(call.as(project, override, signal).own(['up', ...flags, '--', ...names], upMs));
};

const failureOf = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof ComposeError) return error.message;
      throw error;
    },
  );
