import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestStack } from '../../../test/stack/stack.ts';

/** A process that only serves one answer of the gateway, byte for byte. */
export interface BareRoute {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export async function bareRoute(stack: TestStack, path: string): Promise<BareRoute> {
  const answer = await fetch(stack.url + path, { headers: { 'x-vx11-token': stack.token } });
  const file = new URL('../../bare-route.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(await answer.text());
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url: line + path,
    pid: child.pid!,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
