import type { ImageFact } from '../../../domain/incidents/facts.ts';
import { readDriftSettings } from '../../../domain/drift/settings.ts';
import { utcDay } from '../../../platform/time.ts';
import { openMemory } from '../../drift/reading/memory.ts';
import type { RemoteDigests } from '../../drift/reading/service-facts.ts';
import { readScans } from '../../drift/reading/surroundings.ts';
import { inspectImage } from '../../engine/engine-state.ts';
import type { RemoteImage } from '../../images/registry.ts';
import type { PowerHost } from '../../power/host/host.ts';

const dayMs = 86_400_000;
/** Of one look; the rest waits for the next. */
const mostRequests = 10;
/** Below this share of a registry's quota nothing is asked. */
const leastQuota = 0.2;
const callMs = 3000;

interface Around {
  folder: string;
  /** Asks a registry. Null for a reference that never moves. */
  remote: (reference: string) => Promise<RemoteImage | null>;
  /** Whether registries may be asked. */
  mayAsk: () => boolean;
}

/** The images of the stack beside what registries and scanners say. Each registry is asked once a day for an image. */
export function createImagesReader(power: PowerHost, around: Around): () => Promise<ImageFact[]> {
  return async () => {
    const at = power.clock();
    const memory = await openMemory(power.store, power.host, at);
    const known: Record<string, { digest: string; at: number }> = {
      ...(memory.get('registry') as RemoteDigests | null),
    };
    const day = utcDay(at);
    const { scans: paths } = readDriftSettings(power.catalog.settings()['drift'], day);
    const scans = await readScans(around.folder, paths);
    const users = Map.groupBy(
      (power.catalog.known()?.services ?? []).filter(({ image_source }) => image_source != null),
      ({ image_source }) => image_source!.ref,
    );
    const facts: ImageFact[] = [];
    let left = around.mayAsk() ? mostRequests : 0;
    for (const [reference, services] of users) {
      const image = await inspectImage(power.engine.docker, reference, callMs);
      if (image === null) continue;
      // one without a digest was built here
      const digests = (image.RepoDigests ?? []).map((one) => one.slice(one.indexOf('@') + 1));
      const asked = known[reference];
      if (digests.length > 0 && left > 0 && (asked === undefined || at - asked.at >= dayMs)) {
        left -= 1;
        // one that does not answer is asked again in a day, too
        const answer = await around.remote(reference).catch((error: unknown) => {
          power.log.debug({ err: error, reference }, 'a registry did not answer');
          return null;
        });
        known[reference] = { digest: answer?.digest ?? asked?.digest ?? '', at };
        if (answer?.quota != null && answer.quota <= leastQuota) left = 0;
      }
      const digest = known[reference]?.digest ?? '';
      facts.push({
        reference,
        id: image.Id.replace(/^sha256:/, '').slice(0, 12),
        services: services.map(({ name }) => name),
        behind: digests.length === 0 ? false : digest === '' ? null : !digests.includes(digest),
        vulnerable: scans.find((one) => one.image === image.Id)?.vulnerable ?? [],
      });
    }
    for (const reference of Object.keys(known)) if (!users.has(reference)) delete known[reference];
    memory.set('registry', Object.keys(known).length === 0 ? null : known);
    await memory.save();
    return facts;
  };
}
