import type {
  BackupImage,
  PatchChange,
  PatchedContainer,
  PatchView,
} from '../../../contracts/patch.ts';
import { isFileOperation } from '../../../domain/patches/typed/apply-typed.ts';
import { inverseOf, remadeBy } from '../../../domain/patches/typed/operation-words.ts';
import { Conflict } from '../../engine/conflict.ts';
import type { PatchActor, PatchDeps } from '../deps.ts';
import type { ChangeHost } from './host.ts';

type Changed = PatchView & { change: PatchChange };

/**
 * Does what a patch does beside its files, which are written. A crash in between is resolved by looking: what is done
 * already is left. What containers are made from is proved to be there before the first one is stopped.
 * @throws Conflict
 */
export async function carryOut(host: ChangeHost, patch: Changed, by: PatchActor): Promise<void> {
  const { operations, images = [] } = patch.change;
  const since = Date.parse(patch.applied_at ?? patch.created_at);
  const services = remadeBy(patch);
  await mustBeUsable(host, images);
  for (const one of operations)
    if (one.op !== 'recreate' && !isFileOperation(one)) await host.act(one, since, by);
  if (services.length === 0) return;
  for (const one of images) await nameImage(host, one, since, by);
  const lacked = await host.lacks(services);
  if (lacked !== null) throw new Conflict(lacked);
  const old = new Set(operations.flatMap((one) => (one.op === 'recreate' ? one.containers : [])));
  const isDue = (one: PatchedContainer): boolean => old.has(one.id) || isOther(images, one);
  await host.recreate(services, isDue, by);
  const wrong = (await host.containers(services)).find((one) => isOther(images, one));
  if (wrong !== undefined) throw new Conflict(`${wrong.service} does not run its earlier image`);
}

/** Takes back what a patch did beside its files, which are back. @throws Conflict */
export async function takeBack(deps: PatchDeps, patch: PatchView, by: PatchActor): Promise<void> {
  const { change, applied_at, created_at } = patch;
  const host = deps.host_acts;
  if (change === undefined || host === null) return;
  const since = Date.parse(applied_at ?? created_at);
  const services = remadeBy({ ...patch, change });
  const before = (change.before ?? []).filter(({ service }) => services.includes(service));
  const due = services.length === 0 ? [] : await changedSince(host, services, before);
  await mustBeUsable(host, due);
  for (const one of change.operations.toReversed()) {
    const inverse = inverseOf(one);
    if (inverse !== null) await host.act(inverse, since, by);
  }
  for (const { reference, image, was } of change.images ?? [])
    if (was != null && was !== image && (await host.imageOf(reference)) === image)
      await host.act({ op: 'retag', reference, expect: image, image: was }, since, by);
  if (services.length === 0) return;
  // a tag may name another image since: a container that is made again would get that one
  for (const one of due) await nameImage(host, one, since, by);
  await host.recreate(services, (one) => isOther(due, one), by);
}

/** The containers from before that are not there any more, or not from their image. */
async function changedSince(
  host: ChangeHost,
  services: readonly string[],
  before: readonly PatchedContainer[],
): Promise<PatchedContainer[]> {
  const now = await host.containers(services);
  return before.filter(({ id }) => !now.some((one) => one.id === id));
}

/** Whether a container of these services is from none of their images. */
const isOther = (
  images: readonly Pick<BackupImage, 'service' | 'image'>[],
  { service, image }: PatchedContainer,
): boolean => {
  const own = images.filter((one) => one.service === service);
  return own.length > 0 && own.every((one) => one.image !== image);
};

/** Nothing may be stopped for an image that is gone. @throws Conflict */
async function mustBeUsable(
  host: ChangeHost,
  images: readonly Pick<BackupImage, 'service' | 'image'>[],
): Promise<void> {
  for (const { service, image } of images)
    if ((await host.imageOf(image)) === null)
      throw new Conflict(`the image that ${service} ran before, ${image}, is not on this host`);
}

/** Gives a reference back to an image; one that names its image by itself is left. */
async function nameImage(
  host: ChangeHost,
  { reference, image }: Pick<BackupImage, 'reference' | 'image'>,
  since: number,
  by: PatchActor,
): Promise<void> {
  if (reference.includes('@') || reference.startsWith('sha256:')) return;
  const named = await host.imageOf(reference);
  if (named === image) return;
  await host.act({ op: 'retag', reference, expect: named ?? image, image }, since, by);
}
