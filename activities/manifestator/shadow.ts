import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isolate, type StackModel } from '../../domain/repair/isolation/isolate.ts';
import { ComposeError } from '../compose/compose-error.ts';
import type { ComposeCall } from '../compose/run.ts';
import type { TrialDeps } from '../repair/trial/deps.ts';
import { projectOf, trialLabels } from '../repair/trial/labels.ts';
import { realPathsIn } from '../repair/trial/read-config.ts';
import { madeByTrials, removeMade } from '../repair/trial/remove-trial.ts';

const createMs = 60_000;
const lifeMs = 120_000;

interface Shadow {
  id: string;
  /** The files as the patch leaves them, in a copy. */
  call: ComposeCall;
  copy: string;
  folder: string;
  /** Where the file is written that isolates it. */
  override: string;
  model: StackModel;
  services: readonly string[];
  signal: AbortSignal;
}

/**
 * Lets Compose create the changed services under a project of their own, without ports, names, networks or volumes that
 * something else uses, and removes all of it. Nothing is started. What a crash leaves, the reaper of trials removes.
 * @returns what the Engine refuses, null if nothing; and what it means if it refuses nothing
 */
export async function createShadow(
  trials: TrialDeps,
  shadow: Shadow,
): Promise<{ because: string | null; fine: string }> {
  const { id, call, copy, folder, override, model, services, signal } = shadow;
  const { power } = trials.checks;
  const { docker } = power.engine;
  const { owner, boot } = trials;
  const deadline = power.clock() + lifeMs;
  const labels = trialLabels({ key: id, owner, boot, deadline });
  const project = projectOf(id);
  const realPaths = await realPathsIn(model);
  const around = { project, folder: copy, labels, realPaths, neverStarts: true } as const;
  const isolated = isolate(model, around);
  // what cannot be isolated is not created here; the watch after the change tells
  if ('refused' in isolated) return { because: null, fine: `not created: ${isolated.refused}` };
  await standIns(model, copy, folder);
  await writeFile(override, isolated.override, { mode: 0o600 });
  try {
    const flags = ['--no-start', '--no-build', '--pull', 'never', '--quiet-pull'];
    const args = ['up', ...flags, '--', ...services];
    await call.as(project, override, signal).own(args, createMs);
    return { because: null, fine: 'the Engine creates it' };
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return { because: error.message, fine: '' };
  } finally {
    await removeMade(docker, await madeByTrials(docker, id));
  }
}

/** Empty files and folders in the copy for what is mounted from the folder: nothing reads them, as nothing starts. */
async function standIns(model: StackModel, copy: string, folder: string): Promise<void> {
  const { services, secrets, configs } = model as StackModel &
    Record<'secrets' | 'configs', unknown>;
  const mounted = Object.values(services).flatMap(({ volumes }) =>
    ((volumes ?? []) as { type?: string; source?: string }[]).flatMap(({ type, source }) =>
      type === 'bind' && source !== undefined ? [source] : [],
    ),
  );
  const files = [secrets, configs].flatMap((kind) =>
    Object.values((kind ?? {}) as Record<string, { file?: string }>).flatMap(
      ({ file }) => file ?? [],
    ),
  );
  for (const path of [...mounted, ...files]) {
    if (!path.startsWith(`${copy}/`)) continue;
    const real = await stat(join(folder, path.slice(copy.length + 1))).catch(() => null);
    if (real === null || (await stat(path).catch(() => null)) !== null) continue;
    await mkdir(real.isDirectory() ? path : dirname(path), { recursive: true });
    if (real.isFile()) await writeFile(path, '');
  }
}
