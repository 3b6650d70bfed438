import type { CatalogService } from '../../contracts/service.ts';
import type { DeclaredStack, Readout } from '../../domain/drift/readout.ts';
import type { ComposeReading } from './compose.ts';
import type { EngineState } from '../engine/engine-state.ts';

/** These services as Compose prints them. It has values of secrets. */
export function declaredStack(
  project: string,
  services: readonly Pick<CatalogService, 'name'>[],
  reading: ComposeReading | null,
): DeclaredStack {
  const named = (list: ComposeReading['networks'] = []) =>
    Object.fromEntries(list.map(({ key, name, external }) => [key, { name, external }]));
  return {
    name: project,
    services: Object.fromEntries(
      services.map(({ name }) => [name, reading?.declared(name) ?? {}] as const),
    ),
    networks: named(reading?.networks),
    volumes: named(reading?.volumes),
    secrets: reading?.config.secrets as DeclaredStack['secrets'],
    configs: reading?.config.configs as DeclaredStack['configs'],
  };
}

/** What Compose and the Engine say, side by side. */
export const readoutOf = (
  project: string,
  services: readonly Pick<CatalogService, 'name'>[],
  reading: ComposeReading | null,
  state: EngineState,
): Readout => ({
  declared: declaredStack(project, services, reading),
  containers: state.containers,
  images: state.images,
  networks: new Map(state.networks.map(({ Name, Id }) => [Name, Id])),
  names: new Map(state.listed.map(({ Id, Names }) => [Id, Names[0] ?? Id])),
});
