import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Appender {
  /** Resolves when the process has opened the store. */
  ready: Promise<void>;
  kill(): void;
  /** Waits for its end. @returns the numbers of the events that the store acknowledged */
  acknowledged(): Promise<number[]>;
}

/** Starts `appender.ts`. */
export function startAppender(url: string, name: string, count: number): Appender {
  const program = new URL('appender.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, url, name, String(count)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = text(child.stdout);
  const complaints = text(child.stderr);
  const gone = once(child, 'exit') as Promise<[number | null, string | null]>;
  return {
    ready: once(child.stdout, 'readable').then(() => undefined),
    kill: () => void child.kill('SIGKILL'),
    async acknowledged() {
      const [code, signal] = await gone;
      if (code !== 0 && signal === null) throw new Error(await complaints);
      // a line that the kill has cut off does not count
      const lines = (await said).split('\n').slice(1, -1);
      return lines.map(Number);
    },
  };
}
