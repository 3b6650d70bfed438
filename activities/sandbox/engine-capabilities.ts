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
  cause: 'image_missing' | 'runtime_missing';
  /** A text for people: what is wrong and what to do. */
  detail: string;
  /** Only what to do. */
  fix: string;
}

/** Returns the Engine's runtimes by name. Throws an EngineError. */
export async function runtimesOf(docker: Docker): Promise<Map<string, EngineRuntime>> {
  const info = await callEngineWithin(callMs, 'info', () => docker.info());
  const { Runtimes } = info as { Runtimes?: Record<string, EngineRuntime> };
  return new Map(Object.entries(Runtimes ?? {}));
}

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
  // a name with dots is a containerd shim, which the Engine does not list
  if (runtime !== null && !runtime.includes('.') && !(await runtimesOf(docker)).has(runtime))
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

const buildImage = 'Build it: npm run image';
const noImage = (image: string): string => `The Engine has no image ${image}. ${buildImage}`;
