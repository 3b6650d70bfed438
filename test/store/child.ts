import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Appender {
  /** Resolves when it has opened the store. */
  ready: Promise<void>;
  kill(): void;
  /** Waits for its end; the numbers of the events that it had an answer for. */
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
      // a line that was cut by the kill was not acknowledged
      const lines = (await said).split('\n').slice(1, -1);
      return lines.map(Number);
    },
  };
}
