import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { splitReference } from '../../domain/services/image-source.ts';
import type { PullMessage } from '../../domain/services/pull-progress.ts';
import { callEngine } from '../engine/engine-error.ts';
import type { RegistryAuth } from './credentials.ts';

/** The Engine could not pull an image. `message` is the Engine's message. */
export class PullError extends Error {
  override name = 'PullError';
}

export interface PullRequest {
  ref: string;
  platform: string | null;
  auth: RegistryAuth | null;
}

/** The Engine reports progress continuously; a pull without a message for this long counts as hung. */
const silenceMs = 300_000;

/**
 * Pulls an image through the Engine and reports each of its messages.
 * @throws PullError if the registry or the Engine refuses; the reason of `signal` on abort, which also ends the pull
 * in the Engine
 */
export async function pullImage(
  docker: Docker,
  { ref, platform, auth }: PullRequest,
  on: (message: PullMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  const abortSignal = AbortSignal.any([signal, silence.signal]);
  const hang = setTimeout(() => silence.abort(), silenceMs);
  try {
    const { name, tag } = splitReference(ref);
    const stream = (await docker.createImage(auth as object, {
      fromImage: name,
      tag,
      ...(platform !== null && { platform }),
      abortSignal,
    })) as unknown as Readable;
    for await (const line of linesOf(stream)) {
      hang.refresh();
      const message = JSON.parse(line) as PullMessage;
      if (message.error !== undefined) throw new PullError(message.error);
      on(message);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (silence.signal.aborted)
      throw new PullError(`no answer for ${silenceMs / 1000} s`, { cause: error });
    const { statusCode, message } = error as { statusCode?: number; message: string };
    if (error instanceof PullError) throw error;
    // without a status code, the Engine itself is unreachable
    if (statusCode === undefined) return callEngine('pull', () => Promise.reject(error));
    throw new PullError(message.replace(/^\(HTTP code \d+\) [a-z ]+ - /, '').trim(), {
      cause: error,
    });
  } finally {
    clearTimeout(hang);
  }
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}
