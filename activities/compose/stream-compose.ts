import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { killGroup } from '../../platform/process-group.ts';
import { ComposeError } from './compose-error.ts';

/** A build without output for this long counts as hung. */
const silenceMs = 1_800_000;
/** Time between SIGTERM and SIGKILL. */
const graceMs = 3000;

/** Compose's own messages during a build. */
const chatter = /requires buildx plugin|^\s*Image \S+ (Building|Built)\s*$/;

/**
 * Runs Compose and reports each line of both output streams.
 * @throws ComposeError if the exit code is not 0; the reason of `signal` on abort, after Compose and all its child
 * processes have been ended
 */
export async function streamCompose(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  on: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  // its own process group, so that builders that it starts end with it
  const child = spawn(command, args, {
    ...options,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (name: NodeJS.Signals): void => killGroup(child.pid, name);
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
  const onLines = (stream: Readable): void => {
    createInterface({ input: stream }).on('line', (line) => {
      silence.refresh();
      // remove terminal colours and cursor movement
      // oxlint-disable-next-line no-control-regex
      const text = line.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').trim();
      if (text !== '' && !chatter.test(text)) on(text);
    });
  };
  onLines(child.stdout);
  onLines(child.stderr);
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
