import type { PatchChange, PatchedContainer } from '../../../contracts/patch.ts';
import { shortId } from '../../../domain/patches/typed/operation-words.ts';
import type { ChangeHost } from './host.ts';

type Change = PatchChange | undefined;

/**
 * Proves that the services of a patch run as before it, by the record from then: as many containers, each from the image and
 * the definition of then, and healthy if a window holds it and it was so.
 * @returns what is not as before, in words; null if all is
 */
export async function unlikeBefore(
  host: ChangeHost | null,
  change: Change,
  signal: AbortSignal,
): Promise<string | null> {
  const before = beforeOf(change);
  if (host === null || before.size === 0) return null;
  const services = [...before.keys()];
  const now = Map.groupBy(await host.containers(services), ({ service }) => service);
  for (const [service, was] of before) {
    const own = now.get(service) ?? [];
    if (own.length < was.length) return `${service} has fewer containers than before`;
    const image = own.find((one) => was.every(({ image: old }) => old !== one.image))?.image;
    if (image !== undefined)
      return `${service} runs ${shortId(image)}, and ran ${shortId(was[0]!.image)} before`;
    if (own.some((one) => !isDefinedAs(was, one)))
      return `${service} is not defined as it was before`;
  }
  const healthy = services.filter((one) => before.get(one)!.some(({ healthy: is }) => is));
  const { trouble } = await host.watch(
    { services: healthy, watch_seconds: 0, before: null },
    signal,
  );
  return trouble;
}

/** A container that was made by hand comes back as the files say, since they are what a rollback puts back. */
const isDefinedAs = (was: readonly PatchedContainer[], now: PatchedContainer): boolean =>
  now.as_declared !== false || was.some(({ definition }) => definition === now.definition);

/** How the services of a patch stand that are not healthy now, or not from the earlier image; null if there is nothing to say. */
export async function standing(host: ChangeHost | null, change: Change): Promise<string | null> {
  const before = beforeOf(change);
  if (host === null || before.size === 0) return null;
  const now = await host.containers([...before.keys()]);
  const lines = [...before].flatMap(([service, was]) => {
    const own = now.filter((one) => one.service === service);
    const images = new Set(was.map(({ image }) => image));
    if (own.length === 0) return [`${service} has no container`];
    if (own.some(({ image }) => !images.has(image))) return [`${service} is from another image`];
    const isWorse = was.some(({ healthy }) => healthy) && !own.some(({ healthy }) => healthy);
    return isWorse ? [`${service} has no healthy container`] : [];
  });
  return lines.length === 0 ? null : `Now ${lines.join(', ')}`;
}

/** What its own services were before. */
function beforeOf(change: Change): Map<string, PatchedContainer[]> {
  const own = (change?.before ?? []).filter(({ service }) => change!.services.includes(service));
  return Map.groupBy(own, ({ service }) => service);
}
