import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ErrandName, Errands, ErrandMessage } from './errands/errand.ts';

const file = join(import.meta.dirname, 'errands/main.ts');

export interface RunningErrand<Name extends ErrandName> {
  /** Rejects with the reason if the errand failed. */
  result: Promise<Errands[Name]['result']>;
  /** Ends the errand and what it has begun; `result` rejects. */
  end(): void;
}

interface Listener<Name extends ErrandName> {
  say?: (line: string) => void;
  onUpdate?: (update: Errands[Name]['update']) => void;
}

/**
 * Runs an errand in a process of its own and returns its result. That process ends together with this one, even if this
 * one is killed.
 */
export function runErrand<Name extends ErrandName>(
  name: Name,
  input: Errands[Name]['input'],
  { say, onUpdate }: Listener<Name> = {},
  env: NodeJS.ProcessEnv = process.env,
): RunningErrand<Name> {
  const child = spawn(process.execPath, [file, name], {
    env,
    // a session of its own, so that Ctrl-C reaches only the supervisor, which decides when to end the errand
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<Errands[Name]['result']>();
  child.on('message', (message: ErrandMessage<Name>) => {
    if ('say' in message) say?.(message.say);
    else if ('update' in message) onUpdate?.(message.update);
    else if ('done' in message) resolve(message.done);
    else reject(new Error(message.failed));
  });
  child.on('error', reject);
  // by then all its messages have arrived
  child.on('close', (code, signal) =>
    reject(new Error(`the process "${name}" exited early (${signal ?? `exit code ${code}`})`)),
  );
  child.send(input, (error) => error && reject(error));
  return {
    result: promise,
    end: () => {
      if (child.connected) child.disconnect();
    },
  };
}
