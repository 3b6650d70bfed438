import type { JudgedFinding } from '../../contracts/drift.ts';
import type { PatchOperation } from '../../contracts/patch-operation.ts';
import { aliasLost } from './kinds/fields/alias-lost.ts';
import { limitsChanged } from './kinds/fields/limits-changed.ts';
import { networkMissing } from './kinds/fields/network-missing.ts';
import { draftPatch } from './patch/draft.ts';
import type { DeclaredStack, Inspected } from './readout.ts';
import type { Pair } from './shape/aspect.ts';
import { differencesIn } from './shape/differences.ts';
import { limits } from './shape/limits.ts';
import { networks } from './shape/networks.ts';

/** What an opening does about a service whose containers were changed behind their definition. */
export interface Restoration {
  /** On the Engine, without a new container. */
  operations: PatchOperation[];
  /** Only a new container is right. */
  recreate: boolean;
  /** What was found, such as `services.web.mem_limit`. */
  paths: string[];
}

const nothing: Restoration = { operations: [], recreate: false, paths: [] };

/**
 * Compares what no definition shows and a start would keep: limits, networks and names on them. A network that was added is
 * left. @param networkIds of all networks of the Engine
 */
export function restorationOf(
  name: string,
  stack: DeclaredStack,
  containers: readonly Inspected[],
  networkIds: ReadonlySet<string>,
): Restoration {
  const declared = stack.services[name];
  if (declared === undefined || containers.length === 0) return nothing;
  const pairs = containers.map((container): Pair => {
    const unknown = { image: {}, seal: (value: string) => value, sharedWith: () => null };
    return { name, declared, stack, container, ...unknown };
  });
  const found = pairs.map((pair) => ({
    container: pair.container,
    differences: differencesIn([limits, networks], pair),
  }));
  const findings = findingsIn(name, found);
  const paths = [...new Set(findings.map(({ path }) => path))];
  // a start fails on a network that was removed, also if one of its name is there again
  const isLost = ({ NetworkSettings }: Inspected): boolean =>
    Object.values(NetworkSettings.Networks ?? {}).some(
      (own) => (own?.NetworkID ?? '') !== '' && !networkIds.has(own!.NetworkID),
    );
  if (containers.some(isLost))
    return { operations: [], recreate: true, paths: [`services.${name}.networks`, ...paths] };
  if (paths.length === 0) return nothing;
  const readout = {
    declared: stack,
    containers,
    images: new Map(),
    networks: new Map(),
    names: new Map(),
  };
  const around = { readout, containers, declared, sources: [], values: [], folder: '' };
  const grounds = findings.map((finding) => ({ finding, ...around }));
  const { operations, left } = draftPatch(grounds, 'restore', () => false);
  const recreate = left.length > 0 || operations.some(({ op }) => op === 'recreate');
  return { operations: recreate ? [] : operations, recreate, paths };
}

function findingsIn(
  name: string,
  found: readonly { container: Inspected; differences: ReturnType<typeof differencesIn> }[],
): JudgedFinding[] {
  const facts = {
    day: '',
    stack: null,
    ignore: [],
    services: [
      {
        name,
        tier: 'window' as const,
        awake: true,
        busy: false,
        replicas: found.length,
        restart: 'no',
        image: null,
        sources: [],
        contents: [],
        unknown_zone: null,
        containers: found.map(({ container, differences }) => ({
          name: container.Name.replace(/^\//, ''),
          id: container.Id.slice(0, 12),
          status: container.State.Status,
          restart_policy: 'no',
          same_definition: true,
          made_by: null,
          made_from: null,
          image: { reference: '', id: '' },
          differences,
          unproved: [],
          gone_networks: [],
          changed_files: null,
        })),
      },
    ],
  };
  return [limitsChanged, networkMissing, aliasLost].flatMap((kind) => kind(facts));
}
