import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { onPath } from '../platform/on-path.ts';
import { ensureTinyImage } from '../scripts/tiny-image.ts';
import { accepts, freePort } from '../test/stack/temporal.ts';
import { until } from '../test/stack/wait.ts';
import type { Environment } from './environment.ts';
import { healthy } from './services.ts';

/** What VX11 is compared with: Sablier itself, or a stub of it. */
export interface Sablier {
  /** Which of the two it is, in words. */
  what: string;
  /** The address of its dynamic strategy for a new container with a health check, which does not run yet. */
  container(): Promise<string>;
}

/** The query of a plugin, for either side. */
export const dynamicPath = (name: string): string =>
  `/api/strategies/dynamic?display_name=Web&names=${name}&session_duration=1h0m0s`;

/**
 * Starts the program that `SABLIER_BIN` names, else `sablier` on the PATH, else a stub of it, and hands it to `work`; ends it and its containers
 * afterwards.
 */
export async function withSablier<T>(
  { docker, atEnd }: Pick<Environment, 'docker' | 'atEnd'>,
  work: (sablier: Sablier) => Promise<T>,
): Promise<T> {
  const program = process.env['SABLIER_BIN'] ?? onPath('sablier', process.env) ?? null;
  const port = await freePort();
  const stub = new URL('./sablier-stub.ts', import.meta.url).pathname;
  const [file, before] = program === null ? [process.execPath, [stub]] : [program, []];
  const args = ['start', '--provider.name=docker', '--provider.auto-stop-on-startup=false'];
  const more = [`--server.port=${port}`, '--logging.level=error'];
  const child = spawn(file, [...before, ...args, ...more], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const names: string[] = [];
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    for (const name of names.splice(0))
      await docker.getContainer(name).remove({ force: true, v: true });
  };
  atEnd(end);
  try {
    await until('Sablier listens', () => accepts(port), 20_000);
    return await work({
      what: program === null ? "a stub of Sablier's contract, in Node" : `Sablier (${program})`,
      async container() {
        const name = `vx11-bench-sablier-${randomUUID().slice(0, 8)}`;
        names.push(name);
        await docker.createContainer({
          name,
          Image: await ensureTinyImage(),
          Cmd: healthy.command as string[],
          Labels: { 'sablier.enable': 'true' },
          Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9, Timeout: 2e9, Retries: 3 },
          HostConfig: { Memory: 16 * 2 ** 20 },
        });
        return `http://127.0.0.1:${port}${dynamicPath(name)}`;
      },
    });
  } finally {
    await end();
  }
}

/** Asks until the session is ready, again `everyMs` after each answer. @returns after how many ms it was */
export async function untilReady(url: string, everyMs = 50): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < 60_000) {
    const answer = await fetch(url);
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${body}`);
    if (answer.headers.get('x-sablier-session-status') === 'ready')
      return performance.now() - began;
    await sleep(everyMs);
  }
  throw new Error(`${url} was not ready within 60 s`);
}
