import type Docker from 'dockerode';
import type { SandboxOwnership } from '../../domain/tasks/orphans.ts';
import { seccompProfile } from './seccomp.ts';

/** Two sandboxes of the same shape are interchangeable for a task. */
export interface Shape {
  memory_mb: number;
  cpus: number;
  pids: number;
  disk_mb: number;
  /** Allows sockets of the internet families, which reach the harness's proxy on loopback. */
  egress: boolean;
}

/** The labels of a sandbox. Its key is random, and its owner knows it before the container exists. */
export interface SandboxLabels extends SandboxOwnership {
  /** Absent for a sandbox in the pool. */
  task?: { spawn_id: string; attempt: number; correlation_id: string };
}

/** The names of the labels. */
export const label = {
  key: 'vx11.sandbox',
  owner: 'vx11.owner',
  boot: 'vx11.boot',
  deadline: 'vx11.deadline',
  spawn: 'vx11.spawn',
  attempt: 'vx11.attempt',
  correlation: 'vx11.correlation',
} as const;

/** A container's name; it includes the task, once there is one. */
export const sandboxName = (key: string, task: SandboxLabels['task']): string =>
  task === undefined
    ? `vx11-sandbox-${key}`
    : `vx11-sandbox-${key}-${task.spawn_id}-${task.attempt}`;

/** The Engine's name filter for the sandboxes of a task. */
export const namedAfter = (taskId: string): string => `^/?vx11-sandbox-[0-9a-f]+-${taskId}-\\d+$`;

const harness = '/usr/local/lib/vx11/harness/main.py';
/** nobody */
const user = '65534:65534';
const mib = 2 ** 20;
/** Inodes per MiB of disk; each costs the kernel about 1 KiB. */
const inodesPerMb = 64;
const leastInodes = 1024;
const openFiles = 256;
/** Mount options of /etc, which the harness fills with links. */
const etc = 'rw,noexec,nosuid,nodev,size=65536,nr_inodes=256,uid=65534,gid=65534';
const profiles = [false, true].map((ownKernel) => ({
  closed: seccompProfile({ internet: false, ownKernel }),
  internet: seccompProfile({ internet: true, ownKernel }),
}));

/** Returns whether a runtime's sandboxes share the host's kernel; an unknown runtime counts as having its own. */
export const sharesKernel = (runtime: string | null): boolean =>
  runtime === null || ['runc', 'crun', 'youki'].includes(runtime);

/**
 * The pids limit on the host for a sandbox with its own kernel, which needs host threads: gVisor some 25, and two per
 * process in it. It dies if one is refused. So the harness enforces the task's limit inside, and this is the last resort.
 */
const hostPids = (pids: number): number => 256 + 4 * pids;
/** One more than the task's limit, since the harness is a process too. */
const ownPids = (pids: number): number => pids + 1;

/**
 * The template that every sandbox is created from. From the caller come only the numbers of the shape and the values of
 * the labels.
 * @param runtime of the Engine, such as `runsc`; null is the Engine's default
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
    // when the owner dies, the harness reads the end of its input and exits
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
      // otherwise the exit code would be lost
      AutoRemove: false,
      // the harness is the init process: it cannot be killed from inside, and adopts orphaned processes
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

/** Reads the ownership of a container from its labels. */
export const belongingOf = (labels: Record<string, string>): SandboxOwnership => ({
  key: labels[label.key] ?? '',
  owner: labels[label.owner] ?? '',
  boot: labels[label.boot] ?? '',
  deadline: Number(labels[label.deadline]),
});
