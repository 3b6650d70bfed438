import type { ContainerFacts } from './facts.ts';
import type { Declared, Inspected, Readout } from './readout.ts';
import { textOf, type Pair } from './shape/aspect.ts';
import { differencesOf } from './shape/differences.ts';
import { unprovedIn, type UnseenValues } from './shape/unproved.ts';

const label = (name: string): string => `com.docker.compose.${name}`;

export const labelOf = ({ Config }: Inspected, name: string): string =>
  Config.Labels?.[label(name)] ?? '';

/** What Compose would put on a container of the service now; empty if it cannot be known. */
export type HashesOf = (service: string) => readonly string[];

export interface Around {
  hashesOf: HashesOf;
  seal: (value: string) => string;
  /** The release of Compose in use. */
  release: string | null;
  /** What the comparison does not see: of the definition in the file, and of the one with a hash, where that is known. */
  unseen: { now: UnseenValues; of(hash: string): UnseenValues | null };
  /** The compose files, as Compose writes them into a label. */
  files: string;
}

const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

/** Compares a container with its service; nothing of it but the differences is kept. */
export function containerFacts(
  name: string,
  declared: Declared,
  container: Inspected,
  readout: Readout,
  { hashesOf, seal, release, unseen, files }: Around,
): ContainerFacts {
  const image = readout.images.get(container.Image)?.Config ?? {};
  const { declared: stack } = readout;
  const pair: Pair = {
    name,
    declared,
    stack,
    container,
    image,
    seal,
    sharedWith: sharing(readout),
  };
  const hashes = hashesOf(name);
  const ownHash = labelOf(container, 'config-hash');
  const isSame = hashes.length === 0 ? null : hashes.includes(ownHash);
  const [madeBy, madeFrom] = [
    labelOf(container, 'version'),
    labelOf(container, 'project.config_files'),
  ];
  return {
    name: container.Name.replace(/^\//, ''),
    id: shortId(container.Id),
    status: container.State.Status,
    restart_policy: restartPolicyOf(container),
    same_definition: isSame,
    made_by: release !== null && madeBy !== '' && madeBy !== release ? madeBy : null,
    made_from: files !== '' && madeFrom !== '' && madeFrom !== files ? madeFrom : null,
    image: { reference: container.Config.Image, id: shortId(container.Image) },
    differences: differencesOf(pair),
    unproved: isSame === false ? unprovedIn(pair, unseen.now, unseen.of(ownHash)) : [],
    gone_networks: goneNetworks(container, readout),
    changed_files: null,
  };
}

/** An image's id as the facts have it. */
export const imageIdOf = (readout: Readout, reference: string): string | null => {
  const id = readout.images.get(reference)?.Id;
  return id === undefined ? null : shortId(id);
};

const sharing =
  ({ containers, names }: Readout): Pair['sharedWith'] =>
  (id) => {
    const found = containers.find(({ Id }) => Id === id);
    if (found !== undefined) return `service:${labelOf(found, 'service')}`;
    const name = names.get(id);
    return name === undefined ? null : `container:${name.replace(/^\//, '')}`;
  };

function restartPolicyOf({ HostConfig }: Inspected): string {
  const policy = HostConfig['RestartPolicy'] as {
    Name?: string;
    MaximumRetryCount?: number;
  } | null;
  const { Name = '', MaximumRetryCount: most = 0 } = policy ?? {};
  return Name === '' ? 'no' : most > 0 ? `${Name}:${most}` : Name;
}

/** Networks of the file whose id is none of the Engine's any more. */
function goneNetworks({ NetworkSettings }: Inspected, { networks, declared }: Readout): string[] {
  const ids = new Set(networks.values());
  return Object.entries(NetworkSettings.Networks ?? {}).flatMap(([name, own]) => {
    // one that never was connected has no id yet
    const id = textOf(own?.NetworkID);
    if (id === '' || ids.has(id)) return [];
    const known = Object.entries(declared.networks ?? {}).find(
      ([key, one]) => (one?.name ?? key) === name,
    );
    return known === undefined ? [] : [known[0]];
  });
}
