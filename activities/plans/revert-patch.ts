import type { MadreRevertCall, MadreRevertReply } from '../../contracts/chat.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import type {
  BackupImage,
  PatchChange,
  PatchedContainer,
  PatchView,
} from '../../contracts/patch.ts';
import {
  inverseOf,
  operationWords,
  remadeBy,
  shortId,
} from '../../domain/patches/typed/operation-words.ts';
import { applyStep } from './propose-patch.ts';
import { unifiedDiff } from '../../domain/patches/unified-diff.ts';
import { sha256 } from '../../platform/hash.ts';
import { isoTime } from '../../platform/time.ts';
import type { KeptFile } from '../../store/repair/patches.ts';
import { patchHash } from '../patches/change/patch-hash.ts';
import { hashed } from '../patches/hashed.ts';
import { propose } from './propose.ts';
import type { PlanDeps } from './ports.ts';

/** Proposes the inverse of a patch that was kept, under the rules of any plan. */
export async function revertPatch(
  deps: PlanDeps,
  { patch_id: given, actor, principal, scope, correlation_id }: MadreRevertCall,
): Promise<MadreRevertReply> {
  const { store } = deps;
  const patch = await store.patches.find(given);
  const files = await store.patches.filesOf(given);
  if (patch === null || files === null) {
    throw new VX11Error('patch_not_found', `${given} is not known here.`);
  }
  if (patch.status !== 'kept') {
    throw new VX11Error(
      'patch_not_applied',
      `${given} is ${patch.status}, so nothing can be reverted.`,
    );
  }
  const change = await inverseChange(deps, patch, files);
  const isNothing = change?.operations.length === 0 && change.images === undefined;
  if (files.length === 0 && isNothing) {
    throw new VX11Error(
      'patch_not_applied',
      `Nothing of ${given} can be taken back: ${patch.change!.loses.join('; ') || 'it only made containers as the files say'}.`,
    );
  }
  const inverse = files.map(({ path, before, after }) => ({ path, before: after, after: before }));
  const plan_id = newId('plan');
  const made = await storePatch(deps, patch, inverse, plan_id, change);
  const step = applyStep(made);
  const reason = `Revert ${given}: ${patch.cause}`.slice(0, 500);
  const asked = { source: 'repair', plan_id, actor, principal, scope, correlation_id } as const;
  return propose(deps, { ...asked, steps: [step], reason });
}

/** As many as a plan shows. */
const mostActs = 20;

/**
 * What a patch did beside its files, the other way round; what cannot be taken back is left out.
 * @throws `patch_not_applied` if an image from before it is gone
 */
async function inverseChange(
  deps: PlanDeps,
  patch: PatchView,
  files: readonly KeptFile[],
): Promise<PatchChange | undefined> {
  const { change } = patch;
  if (change === undefined) return undefined;
  const { images, moves } = await imagesBefore(deps, { ...patch, change });
  const operations = change.operations.map(inverseOf).filter((one) => one !== null);
  return {
    ...change,
    operations: operations.toReversed(),
    acts: [
      ...files.map(({ path }) => `${path}: as it was before`),
      ...images.map(({ service, image }) => `${service}: the earlier image, ${shortId(image)}`),
      ...operations.toReversed().map(operationWords),
    ].slice(0, mostActs),
    touches: [...new Set([...change.touches, ...(moves ? (['image_tags'] as const) : [])])],
    config_diff: change.config_diff.map(({ path, before, after }) => ({
      path,
      before: after,
      after: before,
    })),
    left: [],
    loses: [],
    before: null,
    commit: null,
    watched: undefined,
    images: images.length > 0 ? images : undefined,
  };
}

/** The images that services ran before a patch and do not run any more, as far as this process can see, and whether tags move. */
async function imagesBefore(
  { patches }: PlanDeps,
  patch: PatchView & { change: PatchChange },
): Promise<{ images: BackupImage[]; moves: boolean }> {
  const host = patches?.host === patch.host ? patches.host_acts : null;
  const services = remadeBy(patch);
  const before = (patch.change.before ?? []).filter(({ service }) => services.includes(service));
  if (host === null) return { images: before.map(backupOf), moves: before.length > 0 };
  const now = await host.containers(services);
  const images: BackupImage[] = [];
  let moves = false;
  for (const one of before) {
    const { service, image, reference } = one;
    const isNamed = (await host.imageOf(reference)) === image;
    const own = now.filter((other) => other.service === service);
    if (isNamed && own.every((other) => other.image === image)) continue;
    moves ||= !isNamed;
    if ((await host.imageOf(image)) === null)
      throw new VX11Error(
        'patch_not_applied',
        `${service} ran ${image} before, which is not on this host any more, so that ${patch.patch_id} cannot be taken back.`,
      );
    if (images.every((known) => known.service !== service)) images.push(backupOf(one));
  }
  return { images, moves };
}

const backupOf = ({ service, reference, image }: PatchedContainer): BackupImage => ({
  service,
  reference,
  image,
});

async function storePatch(
  { store, clock }: PlanDeps,
  { patch_id, repair_id, host }: PatchView,
  files: KeptFile[],
  plan_id: string,
  change: PatchChange | undefined,
): Promise<PatchView> {
  const diff = unifiedDiff(files);
  const kept = files.map(hashed);
  const patch: PatchView = {
    patch_id: newId('patch'),
    repair_id,
    plan_id,
    reverts: patch_id,
    host,
    cause: `It reverts ${patch_id}.`,
    status: 'proposed',
    detail: null,
    diff,
    diff_sha256: sha256(diff),
    files: kept,
    created_at: isoTime(clock()),
    applied_at: null,
    ended_at: null,
    ...(change !== undefined && { change: { ...change, patch_hash: patchHash(change, kept) } }),
  };
  await store.patches.create(patch, files);
  return patch;
}
