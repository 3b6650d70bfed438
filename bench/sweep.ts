import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';

const projectLabel = 'com.docker.compose.project';
/** Labels with the folder that a container belongs to, written by Compose, the guard and the spawner. */
const folderLabels = ['com.docker.compose.project.working_dir', 'vx11.home', 'vx11.owner'];

/**
 * Removes what a failed measure has left: child processes, containers that belong to `folder`, and the networks of
 * `projects`.
 */
export async function sweep(
  docker: Docker,
  folder: string,
  projects: ReadonlySet<string>,
): Promise<void> {
  await endChildren();
  const all = await docker.listContainers({ all: true });
  const ours = all.filter(({ Labels }) =>
    folderLabels.some((label) => Labels[label]?.startsWith(`${folder}/`)),
  );
  await Promise.all(ours.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
  const networks = await docker.listNetworks();
  await Promise.allSettled(
    networks
      .filter(({ Labels }) => projects.has(Labels?.[projectLabel] ?? ''))
      .map(({ Id }) => docker.getNetwork(Id).remove()),
  );
}

async function endChildren(): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of children()) send(pid, signal);
    for (let poll = 0; children().length > 0 && poll < 50; poll += 1) await sleep(100);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has exited meanwhile
  }
}

const children = (): number[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
