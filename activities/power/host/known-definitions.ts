import type { CatalogService } from '../../../contracts/service.ts';
import { unseenValues, type UnseenValues } from '../../../domain/drift/shape/unproved.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Store } from '../../../store/index.ts';
import type { ContainerOf } from '../../compose/definitions.ts';
import type { ComposeReading } from '../../compose/compose.ts';
import { declaredStack } from '../../compose/readout.ts';

/** What the comparison with a container does not see of a definition, now and in the ones before. */
export interface Definitions {
  /** Of a service as the files have it. */
  now(service: string): UnseenValues;
  /** Of the definition with this hash; null if it was in no file that was read. */
  of(hash: string): UnseenValues | null;
}

/** Remembers the definitions that were read, so that of a container it is known what in its own was other. */
export interface KnownDefinitions {
  learn(
    project: string,
    services: readonly Pick<CatalogService, 'name'>[],
    reading: ComposeReading | null,
    containerOf: ContainerOf,
  ): Promise<Definitions>;
}

const subject = 'definitions';
/** The oldest make room. */
const most = 2000;

interface Remembered {
  /** Under another key, the same values are others. */
  key: string;
  values: Record<string, UnseenValues>;
}

/** @param seal makes of a value a text that shows only whether two values are equal, the same after a restart */
export function createKnownDefinitions(
  store: Pick<Store, 'drift'>,
  { host, clock, seal }: { host: string; clock: Clock; seal: (value: string) => string },
): KnownDefinitions {
  const key = seal(subject);
  let known: Map<string, UnseenValues> | null = null;
  const load = async (): Promise<Map<string, UnseenValues>> => {
    const kept = (await store.drift.baselines(host)).get(subject) as Remembered | undefined;
    return new Map(kept?.key === key ? Object.entries(kept.values) : []);
  };
  /** The values of the files as they are now; each reading of them is another object. */
  let now = new Map<string, UnseenValues>();
  let last: ComposeReading | null = null;
  return {
    async learn(project, services, reading, containerOf) {
      const all = (known ??= await load());
      if (reading === null || reading !== last) {
        const stack = declaredStack(project, services, reading);
        const valuesOf = (name: string) => unseenValues(stack.services[name] ?? {}, stack, seal);
        now = new Map(services.map(({ name }) => [name, valuesOf(name)]));
        last = reading;
      }
      const current = now;
      const read = services.flatMap(({ name }) =>
        (reading?.hashesOf(name, containerOf) ?? []).map(
          (hash) => [hash, current.get(name) ?? {}] as const,
        ),
      );
      const fresh = read.filter(([hash]) => !all.has(hash));
      for (const [hash, values] of fresh) all.set(hash, values);
      for (const hash of [...all.keys()].slice(0, -most)) all.delete(hash);
      const kept: Remembered = { key, values: Object.fromEntries(all) };
      if (fresh.length > 0) await store.drift.remember(host, new Map([[subject, kept]]), clock());
      return { now: (service) => current.get(service) ?? {}, of: (hash) => all.get(hash) ?? null };
    },
  };
}
