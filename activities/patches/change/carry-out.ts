import type { PatchChange, PatchedContainer, PatchView } from '../../../contracts/patch.ts';
import { isFileOperation } from '../../../domain/patches/typed/apply-typed.ts';
import { inverseOf } from '../../../domain/patches/typed/operation-words.ts';
import type { PatchActor, PatchDeps } from '../deps.ts';
import type { ChangeHost } from './host.ts';

type Changed = PatchView & { change: PatchChange };

/** Which containers run by what the files say, and so have to be made again when those change. */
const remade = ({ files, change }: Changed): string[] => {
  const named = change.operations.flatMap((one) => (one.op === 'recreate' ? [one.service] : []));
  return [...new Set([...named, ...(files.length > 0 ? change.services : [])])];
};

/**
 * Does what a patch does beside its files, which are written. A crash in between is resolved by looking: what is done
 * already is left.
 * @throws Conflict
 */
export async function carryOut(host: ChangeHost, patch: Changed, by: PatchActor): Promise<void> {
  const { operations } = patch.change;
  const since = Date.parse(patch.applied_at ?? patch.created_at);
  for (const one of operations)
    if (one.op !== 'recreate' && !isFileOperation(one)) await host.act(one, since, by);
  const old = new Set(operations.flatMap((one) => (one.op === 'recreate' ? one.containers : [])));
  const services = remade(patch);
  if (services.length > 0) await host.recreate(services, ({ id }) => old.has(id), by);
}

/** Takes back what a patch did beside its files, which are back. @throws Conflict */
export async function takeBack(deps: PatchDeps, patch: PatchView, by: PatchActor): Promise<void> {
  const { change, applied_at, created_at } = patch;
  if (change === undefined || deps.host_acts === null) return;
  const since = Date.parse(applied_at ?? created_at);
  for (const one of change.operations.toReversed()) {
    const inverse = inverseOf(one);
    if (inverse !== null) await deps.host_acts.act(inverse, since, by);
  }
  const services = remade({ ...patch, change });
  if (services.length === 0) return;
  // a tag may name another image since: a container that is made again would get that one
  const moved = new Map<string, string>();
  for (const one of await deps.host_acts.containers(services)) {
    const image = imageBefore(change, one);
    if (image === null) continue;
    moved.set(one.service, image);
    const { reference, image: expect } = one;
    await deps.host_acts.act({ op: 'retag', reference, expect, image }, since, by);
  }
  const isDue = ({ service, image }: PatchedContainer): boolean =>
    moved.has(service) && moved.get(service) !== image;
  await deps.host_acts.recreate(services, isDue, by);
}

/** The image that a container of this service had before, if it was another one under the same name. */
function imageBefore(
  { before }: PatchChange,
  { service, reference, image }: PatchedContainer,
): string | null {
  const was = before?.find((one) => one.service === service && one.reference === reference);
  if (was === undefined || was.image === image || reference.includes('@')) return null;
  return was.image;
}
