import type Docker from 'dockerode';

/** What an installation left behind on an Engine, by name or id. */
export interface Residue {
  containers: string[];
  networks: string[];
  volumes: string[];
}

type Labelled = { Labels?: Record<string, string> | null | undefined };

/**
 * Records what exists now. The returned function finds what has been added since: containers with this label; networks and
 * volumes with it or without any label, such as an image's volumes. Those of other tests carry their own labels.
 * @param label such as `vx11.owner=name`
 */
export async function watchResidue(docker: Docker, label: string): Promise<() => Promise<Residue>> {
  const [key = '', value = ''] = label.split(/=(.*)/s);
  const mayBeOurs = ({ Labels }: Labelled): boolean => {
    const labels = Labels ?? {};
    return Object.keys(labels).length === 0 || labels[key] === value;
  };
  const look = async (): Promise<Residue> => {
    const [containers, networks, { Volumes }] = await Promise.all([
      docker.listContainers({ all: true, filters: { label: [label] } }),
      docker.listNetworks(),
      docker.listVolumes(),
    ]);
    return {
      containers: containers.map(({ Id }) => Id),
      networks: networks.filter(mayBeOurs).map(({ Name }) => Name),
      // an Engine without volumes returns null
      volumes: (Volumes ?? []).filter(mayBeOurs).map(({ Name }) => Name),
    };
  };
  const before = await look();
  const since = (now: string[], then: string[]): string[] =>
    now.filter((name) => !then.includes(name));
  return async () => {
    const { containers, networks, volumes } = await look();
    return {
      containers,
      networks: since(networks, before.networks),
      volumes: since(volumes, before.volumes),
    };
  };
}

/** The number of its containers, networks and volumes. */
export const amountOf = ({ containers, networks, volumes }: Residue): number =>
  containers.length + networks.length + volumes.length;
