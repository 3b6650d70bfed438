import type Docker from 'dockerode';
import type { LeftoverFact } from '../../../domain/incidents/facts.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';

const dfMs = 4500;

/** The fields of the Engine's list of what takes disk space that are read here. */
interface DiskUse {
  Images?:
    { RepoTags: string[] | null; Containers: number; Size: number; Created: number }[] | null;
  Containers?:
    | { State: string; Labels: Record<string, string> | null; SizeRw?: number; Created: number }[]
    | null;
  Volumes?:
    | {
        Name: string;
        Labels: Record<string, string> | null;
        CreatedAt?: string;
        UsageData?: { RefCount: number; Size: number } | null;
      }[]
    | null;
}

/** What is used by the stack, asleep or not. */
interface Ours {
  project: string;
  volumes: ReadonlySet<string>;
}

const projectLabel = 'com.docker.compose.project';
const isStopped = (state: string): boolean => ['exited', 'created', 'dead'].includes(state);

/** What belongs to nothing: unnamed images, stopped containers of no project, and volumes that no container uses. */
export const readLeftovers =
  (docker: Docker, ours: () => Ours) => async (): Promise<LeftoverFact[]> => {
    const use = (await callEngineWithin(dfMs, 'disk usage', () => docker.df())) as DiskUse;
    return leftoversIn(use, ours());
  };

export function leftoversIn(use: DiskUse, { project, volumes }: Ours): LeftoverFact[] {
  const images = (use.Images ?? []).filter(
    ({ RepoTags, Containers }) =>
      Containers <= 0 && (RepoTags ?? []).every((tag) => tag === '<none>:<none>'),
  );
  const containers = (use.Containers ?? []).filter(({ State, Labels }) => {
    const names = Object.keys(Labels ?? {});
    const isOwned = names.some((name) => name === projectLabel || name.startsWith('vx11.'));
    return isStopped(State) && !isOwned;
  });
  const unused = (use.Volumes ?? []).filter(
    ({ Name, Labels, UsageData }) =>
      UsageData?.RefCount === 0 && Labels?.[projectLabel] !== project && !volumes.has(Name),
  );
  return [
    fact(
      'images',
      images.map(({ Size, Created }) => [Size, Created * 1000]),
    ),
    fact(
      'containers',
      containers.map(({ SizeRw = 0, Created }) => [SizeRw, Created * 1000]),
    ),
    fact(
      'volumes',
      unused.map(({ UsageData, CreatedAt = '' }) => [UsageData?.Size ?? 0, Date.parse(CreatedAt)]),
    ),
  ];
}

function fact(
  what: LeftoverFact['what'],
  found: (readonly [bytes: number, at: number])[],
): LeftoverFact {
  const times = found.map(([, at]) => at).filter((at) => Number.isFinite(at));
  return {
    what,
    count: found.length,
    bytes: found.reduce((sum, [bytes]) => sum + Math.max(0, bytes), 0),
    since: times.length === 0 ? null : Math.min(...times),
  };
}
