import type Docker from 'dockerode';
import pLimit from 'p-limit';
import type { StackFacts } from '../../../domain/drift/facts.ts';
import type { ResourceDefinition } from '../../compose/definitions.ts';
import { inspectAll, type EngineState } from '../../engine/engine-state.ts';

const hourMs = 3_600_000;
const atOnce = 4;
const label = (name: string): string => `com.docker.compose.${name}`;

interface Around {
  project: string;
  /** Services of the file. */
  services: ReadonlySet<string>;
  networks: readonly ResourceDefinition[];
  volumes: readonly ResourceDefinition[];
  now: number;
  /** When one-off runs ended, by id, in epoch ms. */
  ended: ReadonlyMap<string, number>;
}

type OfEngine = Pick<StackFacts, 'networks' | 'volumes' | 'orphans' | 'leftovers' | 'twins'>;

/** What concerns no single service: networks, volumes, and what belongs to the project and to no file. */
export function stackFacts(state: EngineState, around: Around): OfEngine {
  const { project, services, networks, volumes } = around;
  const ours = state.listed.filter(({ Labels }) => Labels[label('project')] === project);
  const serviceOf = ({ Labels }: (typeof ours)[number]): string => Labels[label('service')] ?? '';
  return {
    networks: changed(networks, state.networks),
    volumes: changed(volumes, state.volumes),
    orphans: {
      containers: ours
        .filter((one) => !isOneOff(one) && !services.has(serviceOf(one)))
        .map((one) => ({ name: nameOf(one), service: serviceOf(one), status: one.State })),
      networks: orphaned(project, networks, state.networks),
      volumes: orphaned(project, volumes, state.volumes),
    },
    leftovers: ours
      .filter((one) => isOneOff(one) && one.State === 'exited')
      .flatMap((one) => {
        const end = around.ended.get(one.Id);
        const hours = end === undefined ? 0 : Math.floor((around.now - end) / hourMs);
        return hours < 1 ? [] : [{ name: nameOf(one), service: serviceOf(one), hours }];
      }),
    twins: twinsIn(state, around),
  };
}

const isOneOff = ({ Labels }: Pick<Docker.ContainerInfo, 'Labels'>): boolean =>
  Labels[label('oneoff')] === 'True';

/** When one-off runs of the project ended: the list of containers has only when each was made. */
export async function endsOfRuns(
  docker: Docker,
  { listed }: EngineState,
  { project, now }: Pick<Around, 'project' | 'now'>,
): Promise<Map<string, number>> {
  const ids = listed
    .filter((one) => one.Labels[label('project')] === project && isOneOff(one))
    .filter((one) => one.State === 'exited' && now - one.Created * 1000 >= hourMs)
    .map(({ Id }) => Id);
  const found = await inspectAll(docker, ids, pLimit(atOnce));
  return new Map(found.map(({ Id, State }) => [Id, Date.parse(State.FinishedAt)]));
}

const nameOf = ({ Names, Id }: { Names: string[]; Id: string }): string =>
  (Names[0] ?? Id).replace(/^\//, '');

interface Labelled {
  Name: string;
  Labels: Record<string, string> | null;
}

/** Those that were made from another definition, and volumes that Compose did not make. */
function changed(
  definitions: readonly ResourceDefinition[],
  there: readonly Labelled[],
): { key: string; name: string; state: 'changed' | 'foreign' }[] {
  return definitions.flatMap(({ key, name, external, hash }) => {
    const found = there.find((one) => one.Name === name);
    if (external || found === undefined) return [];
    const own = found.Labels?.[label('config-hash')];
    if (own === hash) return [];
    return [{ key, name, state: own === undefined ? 'foreign' : 'changed' } as const];
  });
}

const orphaned = (
  project: string,
  definitions: readonly ResourceDefinition[],
  there: readonly Labelled[],
): string[] =>
  there
    .filter(({ Labels }) => Labels?.[label('project')] === project)
    .map(({ Name }) => Name)
    .filter((name) => !definitions.some((one) => one.name === name));

/** Running containers without a compose file that are on a network of the stack, or have a volume of it. */
function twinsIn(state: EngineState, { networks, volumes }: Around): StackFacts['twins'] {
  const own = (definitions: readonly ResourceDefinition[]): Set<string> =>
    new Set(definitions.filter(({ external }) => !external).map(({ name }) => name));
  const [ourNetworks, ourVolumes] = [own(networks), own(volumes)];
  return (
    state.listed
      .filter(({ Labels }) => Labels[label('project')] === undefined)
      // containers that VX11 itself runs beside the stack
      .filter(({ Labels }) => !Object.keys(Labels).some((name) => name.startsWith('vx11.')))
      .flatMap((one) => {
        const network = Object.keys(one.NetworkSettings?.Networks ?? {}).find((name) =>
          ourNetworks.has(name),
        );
        const volume = one.Mounts.find(({ Name = '' }) => ourVolumes.has(Name))?.Name;
        if (network !== undefined) return [{ name: nameOf(one), on: `network ${network}` }];
        return volume === undefined ? [] : [{ name: nameOf(one), on: `volume ${volume}` }];
      })
  );
}
