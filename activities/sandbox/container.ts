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
/** From when its turn has come until it runs, at most: made, attached, started. */
export const mostStartMs = 2 * callMs + startMs;
/** Of the look at how it ended. */
export const viewMs = callMs;
const mostErrorText = 4096;

/** One running container, whose harness waits for a task. */
export interface SandboxContainer {
  id: string;
  /** What the harness says; ends when the container does, or its Engine. */
  frames: AsyncGenerator<Frame>;
  /** To the harness. */
  send(bytes: Buffer): void;
  /** The end of the harness, or of our connection to it, has been seen. */
  ended(): boolean;
  /** What the harness, not the task, wrote on stderr: a fault of ours. */
  errorText(): string;
  /** Closes our connection; the harness then ends by itself. */
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
 * Makes, attaches and starts a sandbox. When a step fails, what exists is left for `removeContainer`.
 * @param onCreated gets the container's id as soon as there is one
 * @param signal lets it go no further; a start that is under way comes to its end
 * @throws EngineError; `gone` when the image is missing; the signal's reason
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
    // it lies in the pipe when the harness wakes up
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

/** How a container ended, as the Engine tells it; null when it knows nothing of it. Throws an EngineError. */
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

/** Kills and removes; gone already is done. Throws an EngineError. */
export async function removeContainer(docker: Docker, idOrName: string): Promise<void> {
  const container = docker.getContainer(idOrName);
  try {
    await callEngine('sandbox remove', () =>
      timeout(startMs, 'remove', container.remove({ force: true, v: true })),
    );
  } catch (error) {
    if (isGone(error)) return;
    // a conflict says that somebody else is at it
    if (!(error instanceof EngineError) || error.kind !== 'conflict') throw error;
    const look = async (): Promise<true | null> =>
      (await engineView(docker, idOrName)) === null ? true : null;
    if ((await poll(look, { everyMs: 100, withinMs: 5000 })) === null) throw error;
  }
}
