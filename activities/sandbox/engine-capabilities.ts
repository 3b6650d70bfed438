import type Docker from 'dockerode';
import { callEngineWithin, isGone } from '../engine/engine-error.ts';

const callMs = 10_000;

/** A runtime as configured in the Engine. */
export interface EngineRuntime {
  path?: string;
  runtimeArgs?: string[];
}

/** Why an Engine cannot run sandboxes. */
export interface NoSandboxes {
  cause: 'image_missing' | 'runtime_missing' | 'limits_missing';
  /** A text for people: what is wrong and what to do. */
  detail: string;
  /** Only what to do. */
  fix: string;
}

/** What an Engine says of itself, as far as sandboxes depend on it. */
interface EngineInfo {
  Runtimes?: Record<string, EngineRuntime>;
  MemoryLimit?: boolean;
  PidsLimit?: boolean;
}

const infoOf = async (docker: Docker): Promise<EngineInfo> =>
  (await callEngineWithin(callMs, 'info', () => docker.info())) as EngineInfo;

const runtimesIn = ({ Runtimes }: EngineInfo): Map<string, EngineRuntime> =>
  new Map(Object.entries(Runtimes ?? {}));

/** Returns the Engine's runtimes by name. Throws an EngineError. */
export const runtimesOf = async (docker: Docker): Promise<Map<string, EngineRuntime>> =>
  runtimesIn(await infoOf(docker));

/** Returns a check that throws if the Engine would ignore the limits of a sandbox, or does not answer. It asks until it holds. */
export function createLimitsCheck(docker: Docker): () => Promise<void> {
  let holds = false;
  return async () => {
    if (holds) return;
    if (!canLimit(await infoOf(docker))) throw new Error(noLimits);
    holds = true;
  };
}

/** An Engine without cgroups, such as a rootless one to which none are delegated, only warns when it ignores a limit. */
const canLimit = ({ MemoryLimit, PidsLimit }: EngineInfo): boolean =>
  MemoryLimit !== false && PidsLimit !== false;

/**
 * The arguments that gVisor needs in daemon.json. Without the first it ignores the seccomp profile; without the second a
 * sandbox without a network has no loopback interface.
 */
export const gvisorNeeds = ['--oci-seccomp', '--network=none'];

/** Returns the arguments that a gVisor runtime lacks; none for any other runtime. */
export const lackingArguments = ({ path = '', runtimeArgs = [] }: EngineRuntime): string[] =>
  /runsc[^/]*$/.test(path) ? gvisorNeeds.filter((needed) => !runtimeArgs.includes(needed)) : [];

/**
 * Returns what the Engine lacks to run sandboxes of this image and runtime; null if nothing is missing. Throws an
 * EngineError while the Engine is unavailable.
 */
export async function missingFor(
  docker: Docker,
  { image, runtime }: { image: string; runtime: string | null },
): Promise<NoSandboxes | null> {
  const info = await infoOf(docker);
  if (!canLimit(info)) return { cause: 'limits_missing', detail: noLimits, fix: delegate };
  // a name with dots is a containerd shim, which the Engine does not list
  if (runtime !== null && !runtime.includes('.') && !runtimesIn(info).has(runtime))
    return { cause: 'runtime_missing', detail: noRuntime(runtime), fix: addRuntime };
  try {
    await callEngineWithin(callMs, 'image', () => docker.getImage(image).inspect());
    return null;
  } catch (error) {
    if (isGone(error)) return { cause: 'image_missing', detail: noImage(image), fix: buildImage };
    throw error;
  }
}

const addRuntime =
  'Add it to "runtimes" in /etc/docker/daemon.json and reload dockerd (kill -HUP), or leave the setting empty.';
const noRuntime = (runtime: string): string =>
  `The Engine has no runtime ${runtime}, which VX11_SANDBOX_RUNTIME asks for. ${addRuntime}`;

const delegate =
  'Delegate the cgroup controllers memory and pids to the user of the Engine: see "Rootless Docker" in docs/install.md.';
const noLimits = `The Engine cannot limit memory and processes, so that no sandbox would be safe. ${delegate}`;

const buildImage = 'Build it: npm run image';
const noImage = (image: string): string => `The Engine has no image ${image}. ${buildImage}`;
