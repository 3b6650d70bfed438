import type Docker from 'dockerode';
import type { SandboxOwnership } from '../../domain/tasks/orphans.ts';
import { seccompProfile } from './seccomp.ts';

/** What makes two sandboxes the same to a task. */
export interface Shape {
  memory_mb: number;
  cpus: number;
  pids: number;
  disk_mb: number;
  /** Sockets of the internet families can be made, and reach the harness's proxy on loopback. */
  egress: boolean;
}

/** What is written on a sandbox. Its key is random, and known to its owner before the container exists. */
export interface SandboxLabels extends SandboxOwnership {
  /** Not yet known for one that stands ready. */
  task?: { spawn_id: string; attempt: number; correlation_id: string };
}

/** Names of the labels. */
export const label = {
  key: 'vx11.sandbox',
  owner: 'vx11.owner',
  boot: 'vx11.boot',
  deadline: 'vx11.deadline',
  spawn: 'vx11.spawn',
  attempt: 'vx11.attempt',
  correlation: 'vx11.correlation',
} as const;

/** A container's name: of the task in it, once there is one. */
export const sandboxName = (key: string, task: SandboxLabels['task']): string =>
  task === undefined
    ? `vx11-sandbox-${key}`
    : `vx11-sandbox-${key}-${task.spawn_id}-${task.attempt}`;

/** Finds those of a task by the Engine's filter on names. */
export const namedAfter = (spawnId: string): string => `^/?vx11-sandbox-[0-9a-f]+-${spawnId}-\\d+$`;

const harness = '/usr/local/lib/vx11/harness/main.py';
/** nobody */
const user = '65534:65534';
const mib = 2 ** 20;
/** Some small files for each MiB; each costs the kernel about 1 KiB. */
const inodesPerMb = 64;
const leastInodes = 1024;
const openFiles = 256;
/** The harness fills it with links. */
const etc = 'rw,noexec,nosuid,nodev,size=65536,nr_inodes=256,uid=65534,gid=65534';
const profiles = [false, true].map((ownKernel) => ({
  closed: seccompProfile({ internet: false, ownKernel }),
  internet: seccompProfile({ internet: true, ownKernel }),
}));

/** Runtimes whose sandboxes run on the host's kernel; any other is taken for one with a kernel of its own. */
export const sharesKernel = (runtime: string | null): boolean =>
  runtime === null || ['runc', 'crun', 'youki'].includes(runtime);

/**
 * A kernel of a sandbox's own takes threads of the host's: gVisor some 25, and two for each process in it. Refused one,
 * it dies, so that the limit of processes is kept in there, by the harness, and this one is only the last wall.
 */
const hostPids = (pids: number): number => 256 + 4 * pids;
/** The harness is a process too. */
const ownPids = (pids: number): number => pids + 1;

/**
 * The one description that every sandbox is made of. Nothing that a caller names gets in but the numbers of its shape
 * and the values of its labels.
 * @param runtime of the Engine, such as `runsc`; null is its default
 */
export function sandboxTemplate(
  image: string,
  runtime: string | null,
  shape: Shape,
  labels: SandboxLabels,
  warm: boolean,
): Docker.ContainerCreateOptions {
  const memory = shape.memory_mb * mib;
  const disk = shape.disk_mb * mib;
  const inodes = Math.max(leastInodes, shape.disk_mb * inodesPerMb);
  const tmpfs = `rw,noexec,nosuid,nodev,size=${disk},nr_inodes=${inodes},mode=1777`;
  const ownKernel = !sharesKernel(runtime);
  const profile = profiles[Number(ownKernel)]![shape.egress ? 'internet' : 'closed'];
  return {
    name: sandboxName(labels.key, labels.task),
    Image: image,
    Entrypoint: [],
    Cmd: ['python3', '-I', '-S', '-X', 'utf8', harness, ...(warm ? ['warm'] : [])],
    Env: [],
    User: user,
    WorkingDir: '/task',
    Hostname: 'sandbox',
    Labels: labelsOf(labels),
    NetworkDisabled: true,
    OpenStdin: true,
    // the harness sees the end of its input when its owner dies, and ends with it
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    HostConfig: {
      NetworkMode: 'none',
      IpcMode: 'none',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${profile}`],
      ReadonlyRootfs: true,
      Tmpfs: { '/task': tmpfs, '/tmp': tmpfs, '/etc': etc },
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: (ownKernel ? hostPids : ownPids)(shape.pids),
      NanoCpus: Math.round(shape.cpus * 1e9),
      Ulimits: [
        { Name: 'nofile', Soft: openFiles, Hard: openFiles },
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'fsize', Soft: disk, Hard: disk },
      ],
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'no' },
      // the Engine would lose the exit code
      AutoRemove: false,
      // the harness is the init: as the first process it cannot be killed from inside, and adopts what is orphaned
      Init: false,
      ...(runtime === null ? {} : { Runtime: runtime }),
    },
  };
}

function labelsOf(labels: SandboxLabels): Record<string, string> {
  const { task } = labels;
  return {
    [label.key]: labels.key,
    [label.owner]: labels.owner,
    [label.boot]: labels.boot,
    [label.deadline]: String(labels.deadline),
    ...(task === undefined
      ? {}
      : {
          [label.spawn]: task.spawn_id,
          [label.attempt]: String(task.attempt),
          [label.correlation]: task.correlation_id,
        }),
  };
}

/** Whose a container is by its labels. */
export const belongingOf = (labels: Record<string, string>): SandboxOwnership => ({
  key: labels[label.key] ?? '',
  owner: labels[label.owner] ?? '',
  boot: labels[label.boot] ?? '',
  deadline: Number(labels[label.deadline]),
});
