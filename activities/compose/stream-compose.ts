import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ComposeError } from './compose-error.ts';

/** A build that says nothing for this long hangs. */
const silenceMs = 1_800_000;
/** What a builder that is told to end may still do. */
const graceMs = 3000;

/** What Compose says of itself while it builds. */
const chatter = /requires buildx plugin|^\s*Image \S+ (Building|Built)\s*$/;

/**
 * Runs Compose and tells each line that it prints, on either stream.
 * @throws ComposeError where it ends with anything but 0; the reason of `signal` when that is aborted, and then Compose
 * and all that it started are ended
 */
export async function streamCompose(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  on: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  // a group of its own, so that a builder that it starts ends with it
  const child = spawn(command, args, {
    ...options,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // it has ended already
    }
  };
  let force: NodeJS.Timeout | undefined;
  let hung = false;
  const stop = (): void => {
    end('SIGTERM');
    force = setTimeout(() => end('SIGKILL'), graceMs);
  };
  const silence = setTimeout(() => {
    hung = true;
    stop();
  }, silenceMs);
  signal.addEventListener('abort', stop, { once: true });
  const hear = (stream: Readable): void => {
    createInterface({ input: stream }).on('line', (line) => {
      silence.refresh();
      // colours and cursor moves are for a terminal
      // oxlint-disable-next-line no-control-regex
      const text = line.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').trim();
      if (text !== '' && !chatter.test(text)) on(text);
    });
  };
  hear(child.stdout);
  hear(child.stderr);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    if (hung) throw new ComposeError(`the build said nothing for ${silenceMs / 60_000} minutes`);
    if (code !== 0) throw new ComposeError(`the build ended with ${code ?? 'a signal'}`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ComposeError) throw error;
    throw new ComposeError(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  } finally {
    clearTimeout(silence);
    clearTimeout(force);
    signal.removeEventListener('abort', stop);
  }
}
