import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ErrandName, Errands, Word } from './errands/errand.ts';

const file = join(import.meta.dirname, 'errands/main.ts');

export interface RunningErrand<Name extends ErrandName> {
  /** Rejects with why it failed. */
  result: Promise<Errands[Name]['result']>;
  /** It is wanted no more: what it has begun is ended, and `result` rejects. */
  end(): void;
}

interface Listener<Name extends ErrandName> {
  say?: (line: string) => void;
  news?: (news: Errands[Name]['news']) => void;
}

/**
 * Has a process of its own do what needs more than Node itself, and hand back its result. It ends with this process,
 * however that ends.
 */
export function runErrand<Name extends ErrandName>(
  name: Name,
  input: Errands[Name]['input'],
  { say, news }: Listener<Name> = {},
  env: NodeJS.ProcessEnv = process.env,
): RunningErrand<Name> {
  const child = spawn(process.execPath, [file, name], {
    env,
    // a session of its own: Ctrl-C reaches the supervisor alone, which decides what becomes of it
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<Errands[Name]['result']>();
  child.on('message', (word: Word<Name>) => {
    if ('say' in word) say?.(word.say);
    else if ('news' in word) news?.(word.news);
    else if ('done' in word) resolve(word.done);
    else reject(new Error(word.failed));
  });
  child.on('error', reject);
  // all that it has sent is there by then
  child.on('close', (code, signal) => reject(new Error(`it ended with ${signal ?? code}`)));
  child.send(input, (error) => error && reject(error));
  return {
    result: promise,
    end: () => {
      if (child.connected) child.disconnect();
    },
  };
}
