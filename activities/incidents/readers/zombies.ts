import type Docker from 'dockerode';
import type { AntFacts } from '../../../domain/incidents/facts.ts';
import { callEngineWithin, isGone } from '../../engine/engine-error.ts';

const topMs = 2000;

/** A service that runs, with its container. */
interface Running {
  service: string;
  container_id: string;
}

/** Counts processes that have ended and that nobody has collected, in the containers of services that run. */
export const readZombies =
  (docker: Docker, running: () => readonly Running[]) => async (): Promise<AntFacts['zombies']> => {
    const counts: AntFacts['zombies'] = [];
    for (const { service, container_id } of running()) {
      const count = await callEngineWithin(topMs, 'top', async () => {
        const container = docker.getContainer(container_id);
        return zombiesIn((await container.top({ ps_args: '-eo pid,ppid,stat' })) as Top);
      }).catch((error: unknown) => {
        if (isGone(error)) return null;
        throw error;
      });
      if (count !== null) counts.push({ service, count });
    }
    return counts;
  };

interface Top {
  Titles: string[];
  Processes: string[][] | null;
}

export function zombiesIn({ Titles, Processes }: Top): number {
  const at = Titles.indexOf('STAT');
  return (Processes ?? []).filter((row) => row[at]?.startsWith('Z') === true).length;
}
