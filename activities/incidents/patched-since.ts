import type { Incident } from '../../contracts/incidents.ts';
import type { Store } from '../../store/index.ts';

const mostPatches = 50;

/**
 * Finds the plan that applied a patch to the service of an incident since it was opened, and of which nobody noted that it did
 * not help; null if there is none.
 */
export async function patchedSince(
  store: Pick<Store, 'incidents' | 'patches'>,
  host: string,
): Promise<(incident: Incident) => string | null> {
  const open = await store.incidents.open(host);
  if (Object.values(open).every((count) => count === 0)) return () => null;
  const { patches } = await store.patches.list({ limit: mostPatches });
  const kept = patches.filter((one) => one.host === host && one.status === 'kept');
  return ({ service, detected_at, notes }) => {
    if (service === null) return null;
    const ours = notes.filter(({ by }) => by === 'madre');
    const patch = kept.find(
      ({ change, applied_at, plan_id }) =>
        change?.services.includes(service) === true &&
        Date.parse(applied_at ?? '') >= Date.parse(detected_at) &&
        !ours.some(({ text }) => text.includes(plan_id ?? '')),
    );
    return patch?.plan_id ?? null;
  };
}
