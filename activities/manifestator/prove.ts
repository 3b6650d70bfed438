import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../contracts/ids.ts';
import type { ConfigChange, PatchTest } from '../../contracts/patch.ts';
import type { PatchOperation } from '../../contracts/patch-operation.ts';
import type { PatchedFile } from '../../domain/patches/edit.ts';
import { applyTyped } from '../../domain/patches/typed/apply-typed.ts';
import { configDifference, unexplained } from '../../domain/patches/typed/config-difference.ts';
import { servicesOf } from '../../domain/patches/typed/operation-words.ts';
import { brokenLines } from '../../domain/patches/yaml-document.ts';
import type { StackModel } from '../../domain/repair/isolation/isolate.ts';
import { ComposeError } from '../compose/compose-error.ts';
import { removeFolder } from '../repair/trial/copy-folder.ts';
import type { TrialDeps } from '../repair/trial/deps.ts';
import { callOfCopy } from '../repair/trial/read-copy.ts';
import { closedIn, closedOperations } from './closed.ts';
import { inFolder, readConfig } from './read-configs.ts';
import { createShadow } from './shadow.ts';
import { copyStackFiles, readStackFiles } from './stack-files.ts';
import { lackedBy } from './surroundings.ts';

/** What is known of operations before anybody is asked. */
export interface Proof {
  ok: boolean;
  tests: PatchTest[];
  files: PatchedFile[];
  config_diff: ConfigChange[];
}

const limitMs = 120_000;

/**
 * Tries operations on a copy of the files: they do what they say, and nothing else; the policy, the host and the Engine
 * have nothing against them. Stops at the first stage that fails.
 */
export async function proveChange(
  trials: TrialDeps,
  folder: string,
  operations: readonly PatchOperation[],
): Promise<Proof> {
  const { power } = trials.checks;
  const proof: Proof = { ok: false, tests: [], files: [], config_diff: [] };
  const passed = (stage: PatchTest['stage'], because: string | null, fine: string): boolean => {
    proof.tests.push({ stage, ok: because === null, detail: (because ?? fine).slice(0, 2000) });
    return because === null;
  };
  const call = await power.compose.call();
  const sources = await readStackFiles(call, folder);
  const applied = applyTyped(operations, [...sources.compose, ...sources.values]);
  const refused = applied.ok ? null : applied.because;
  if (!passed('operations', refused, 'each finds what it expects') || !applied.ok) return proof;
  const never = closedOperations(operations);
  if (never !== null && !passed('policy', never, '')) return proof;
  const { files } = applied;
  const services = servicesOf(operations);
  const id = newId('patch');
  // the reaper of trials removes what belongs to none that is under way
  trials.live.add(id);
  await mkdir(trials.copies, { recursive: true, mode: 0o700 });
  const base = join(await realpath(trials.copies), id);
  const signal = AbortSignal.timeout(limitMs);
  try {
    const copy = join(base, 'copy');
    await mkdir(copy, { recursive: true, mode: 0o700 });
    await copyStackFiles(call, folder, copy, files);
    const broken = files.find(
      ({ path, after }) => /\.ya?ml$/.test(path) && brokenLines(after.text).length > 0,
    );
    if (
      !passed(
        'parse',
        broken === undefined ? null : `${broken.path} is no YAML any more`,
        'it is YAML',
      )
    )
      return proof;
    const before = await readConfig(call, null, signal);
    const own = await callOfCopy(power.compose, folder, copy);
    const after = await readConfig(own, before.name, signal);
    const now = inFolder(after.model, copy, folder);
    proof.config_diff = configDifference(before.model, now);
    const unset = after.unset.find((name) => !before.unset.includes(name));
    const unlike =
      unset === undefined ? unexplained(operations, proof.config_diff) : `${unset} is not set`;
    if (!passed('config', unlike, 'Compose reads exactly what the operations say')) return proof;
    const closed = closedIn(before.model, now, folder);
    if (!passed('policy', closed, 'nothing is widened or switched off')) return proof;
    const model = now['services'] as Record<string, Record<string, unknown>>;
    const lacked = await lackedBy(power, before.name, model, services);
    if (!passed('surroundings', lacked, 'the host has what it needs')) return proof;
    if (files.length > 0) {
      const shadow = { id, call: own, copy, folder, override: join(base, 'shadow.yaml') };
      const rest = { model: after.model as unknown as StackModel, services, signal };
      const { because, fine } = await createShadow(trials, { ...shadow, ...rest });
      if (!passed('shadow', because, fine)) return proof;
    }
    return { ...proof, ok: true, files };
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    passed('config', `Compose refuses it: ${error.message}`, '');
    return proof;
  } finally {
    await removeFolder(base);
    trials.live.delete(id);
  }
}
