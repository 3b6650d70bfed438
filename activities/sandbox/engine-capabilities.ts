import type Docker from 'dockerode';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { callEngine, isGone } from '../engine/engine-error.ts';

const callMs = 10_000;

/** A runtime as the Engine knows it. */
export interface EngineRuntime {
  path?: string;
  runtimeArgs?: string[];
}

/** Why no sandbox can be made on an Engine. */
export interface NoSandboxes {
  cause: 'image_missing' | 'runtime_missing';
  /** For people, with what to do. */
  detail: string;
  /** What to do, alone. */
  fix: string;
}

/** The Engine's runtimes by name. Throws an EngineError. */
export async function runtimesOf(docker: Docker): Promise<Map<string, EngineRuntime>> {
  const info = await callEngine('info', () => timeout(callMs, 'info', docker.info()));
  const { Runtimes } = info as { Runtimes?: Record<string, EngineRuntime> };
  return new Map(Object.entries(Runtimes ?? {}));
}

/**
 * What gVisor has to be told in daemon.json: to heed the profile of permitted calls, which it else ignores, and to make
 * loopback the only interface, which it else has not where the Engine gives no network.
 */
export const gvisorNeeds = ['--oci-seccomp', '--network=none'];

/** What is not in the arguments of a gVisor; nothing of any other runtime. */
export const lackingArguments = ({ path = '', runtimeArgs = [] }: EngineRuntime): string[] =>
  /runsc[^/]*$/.test(path) ? gvisorNeeds.filter((needed) => !runtimeArgs.includes(needed)) : [];

/**
 * What is missing on the Engine for sandboxes of this image and runtime; null where nothing is. Throws an EngineError
 * while it is away.
 */
export async function missingFor(
  docker: Docker,
  { image, runtime }: { image: string; runtime: string | null },
): Promise<NoSandboxes | null> {
  // a name with dots is a program of containerd's, which no list has
  if (runtime !== null && !runtime.includes('.') && !(await runtimesOf(docker)).has(runtime))
    return { cause: 'runtime_missing', detail: noRuntime(runtime), fix: addRuntime };
  try {
    await callEngine('image', () => timeout(callMs, 'image', docker.getImage(image).inspect()));
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
