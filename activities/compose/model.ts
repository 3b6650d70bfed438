/** A compose file as an object, in the form that Compose prints. */
export interface Model {
  name?: unknown;
  services?: Record<string, ModelService | null>;
  [part: string]: unknown;
}

export type ModelService = Record<string, unknown>;

/** Returns a valid placeholder for a service that others refer to. It is never created. */
export function standIn(service: ModelService | null | undefined): ModelService {
  const own = service?.['x-vx11'];
  const stub = { image: 'stand-in', build: { context: '.' }, network_mode: 'none' };
  return own === undefined ? stub : { ...stub, 'x-vx11': own };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];
const namesOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : keysOf(value);

/** Names of the services that a service refers to. */
export function referredBy(service: ModelService): string[] {
  const shared = ['network_mode', 'ipc', 'pid'].flatMap((key) => {
    const mode = service[key];
    return typeof mode === 'string' && mode.startsWith('service:') ? [mode.slice(8)] : [];
  });
  const before = (name: unknown): string => String(name).split(':')[0]!;
  const contexts = (service['build'] as ModelService | undefined)?.['additional_contexts'];
  const built = Object.values((contexts ?? {}) as ModelService).flatMap((context) =>
    typeof context === 'string' && context.startsWith('service:') ? [context.slice(8)] : [],
  );
  return [
    ...namesOf(service['depends_on']),
    ...shared,
    ...listOf(service['volumes_from']).map(before),
    ...listOf(service['links']).map(before),
    ...built,
  ];
}

/** The keys of the top-level elements that a service uses, by kind. */
function usedBy(service: ModelService): Record<string, string[]> {
  const sources = (value: unknown): string[] =>
    listOf(value).flatMap((item) => {
      const source =
        typeof item === 'string' ? item.split(':')[0] : (item as ModelService)['source'];
      return typeof source === 'string' ? [source] : [];
    });
  const build = service['build'] as ModelService | undefined;
  return {
    networks: namesOf(service['networks']),
    volumes: sources(service['volumes']),
    configs: sources(service['configs']),
    secrets: [...sources(service['secrets']), ...sources(build?.['secrets'])],
    models: namesOf(service['models']),
  };
}

/**
 * Reduces the model to these services, placeholders for other services that they refer to, and the elements that they
 * use.
 */
export function partOf(model: Model, names: readonly string[]): Model {
  const services: Record<string, ModelService | null> = {};
  const used = new Map<string, Set<string>>();
  for (const name of names) {
    const service = model.services?.[name] ?? {};
    services[name] = service;
    for (const other of referredBy(service))
      if (!names.includes(other) && other in (model.services ?? {}))
        services[other] = standIn(model.services?.[other]);
    for (const [kind, keys] of Object.entries(usedBy(service)))
      used.set(kind, new Set([...(used.get(kind) ?? []), ...keys]));
  }
  const parts = [...used].flatMap(([kind, keys]) => {
    const all = (model[kind] ?? {}) as Record<string, unknown>;
    const kept = Object.entries(all).filter(([key]) => keys.has(key));
    return kept.length === 0 ? [] : [[kind, Object.fromEntries(kept)] as const];
  });
  const extensions = Object.entries(model).filter(([key]) => key.startsWith('x-'));
  return {
    ...(model.name === undefined ? {} : { name: model.name }),
    services,
    ...Object.fromEntries(parts),
    ...Object.fromEntries(extensions),
  };
}

/** Returns a dependency cycle from a service back to itself; null if there is none. */
export function cycleFrom(model: Model, start: string): string[] | null {
  const seen = new Set<string>();
  const search = (name: string, path: string[]): string[] | null => {
    for (const next of namesOf(model.services?.[name]?.['depends_on'])) {
      if (next === start) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = search(next, [...path, next]);
      if (found !== null) return found;
    }
    return null;
  };
  return search(start, [start]);
}
