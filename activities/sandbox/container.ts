import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { poll } from '../../platform/concurrency/poll.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { callEngine, EngineError, isGone } from '../engine/engine-error.ts';
import { attach } from './attach.ts';
import { harnessFrames, type Frame } from './frames.ts';
import { sandboxTemplate, type SandboxLabels, type Shape } from './template.ts';

const callMs = 10_000;
const startMs = 30_000;
/** The longest time to create, attach and start a container, without the wait for its turn. */
export const mostStartMs = 2 * callMs + startMs;
/** Timeout of the request for how it ended. */
export const viewMs = callMs;
const mostErrorText = 4096;

/** A running container, whose harness waits for a task. */
export interface SandboxContainer {
  id: string;
  /** The frames of the harness; ends with the container or the Engine. */
  frames: AsyncGenerator<Frame>;
  /** Sends bytes to the harness. */
  send(bytes: Buffer): void;
  /** Whether the harness, or the connection to it, has ended. */
  ended(): boolean;
  /** What the harness itself, not the task, wrote to stderr: a bug of ours. */
  errorText(): string;
  /** Closes the connection; the harness then ends by itself. */
  destroy(): void;
}

export interface ContainerDeps {
  docker: Docker;
  socketPath: string;
  image: string;
  runtime: string | null;
}

export const newKey = (): string => randomBytes(8).toString('hex');

/**
 * Creates, attaches and starts a sandbox. If a step fails, the caller removes the container with `removeContainer`.
 * @param onCreated gets the container's id as soon as it exists
 * @param signal prevents the next step; a start that is under way completes
 * @throws EngineError, `gone` if the image is missing; the signal's reason
 */
export async function startContainer(
  deps: ContainerDeps,
  { shape, labels, warm }: { shape: Shape; labels: SandboxLabels; warm: boolean },
  onCreated: (id: string) => void,
  firstWords: Buffer | null,
  signal: AbortSignal,
): Promise<SandboxContainer> {
  const template = sandboxTemplate(deps.image, deps.runtime, shape, labels, warm);
  const step = <T>(what: string, ms: number, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    return callEngine(`sandbox ${what}`, () => timeout(ms, what, work()));
  };
  const container = await step('create', callMs, () => deps.docker.createContainer(template));
  onCreated(container.id);
  const late = new AbortController();
  const attached = () => attach(deps.socketPath, container.id, late.signal);
  const stream = await step('attach', callMs, attached).catch((error: unknown) => {
    late.abort();
    throw error;
  });
  const sandbox = overStream(container.id, stream);
  try {
    // waits in the pipe until the harness starts
    if (firstWords !== null) sandbox.send(firstWords);
    await step('start', startMs, () => container.start());
  } catch (error) {
    sandbox.destroy();
    throw error;
  }
  return sandbox;
}

function overStream(id: string, stream: Duplex): SandboxContainer {
  let ended = false;
  let errorText = '';
  const end = (): void => {
    ended = true;
  };
  stream.on('end', end).on('close', end).on('error', end);
  return {
    id,
    frames: harnessFrames(stream, (bytes) => {
      if (errorText.length < mostErrorText) errorText += bytes.toString('utf8');
    }),
    send: (bytes) => void stream.write(bytes),
    ended: () => ended,
    errorText: () => errorText.slice(0, mostErrorText),
    destroy: () => stream.destroy(),
  };
}

/** Returns how a container ended, as the Engine reports it; null if there is no such container. Throws an EngineError. */
export async function engineView(
  docker: Docker,
  id: string,
): Promise<{ out_of_memory: boolean } | null> {
  try {
    const { State } = await callEngine('sandbox inspect', () =>
      timeout(viewMs, 'inspect', docker.getContainer(id).inspect()),
    );
    return { out_of_memory: State.OOMKilled };
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Throws an EngineError. */
export const renameContainer = (docker: Docker, id: string, name: string): Promise<void> =>
  callEngine('sandbox rename', () =>
    timeout(callMs, 'rename', docker.getContainer(id).rename({ name })),
  );

/** Kills and removes a container; succeeds if it is already gone. Throws an EngineError. */
export async function removeContainer(docker: Docker, idOrName: string): Promise<void> {
  const container = docker.getContainer(idOrName);
  try {
    await callEngine('sandbox remove', () =>
      timeout(startMs, 'remove', container.remove({ force: true, v: true })),
    );
  } catch (error) {
    if (isGone(error)) return;
    // a conflict means that it is being removed already
    if (!(error instanceof EngineError) || error.kind !== 'conflict') throw error;
    const look = async (): Promise<true | null> =>
      (await engineView(docker, idOrName)) === null ? true : null;
    if ((await poll(look, { everyMs: 100, withinMs: 5000 })) === null) throw error;
  }
}
