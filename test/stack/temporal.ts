import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { temporalArguments, temporalEnvironment } from '../../cli/up/temporal/arguments.ts';
import { testProgram, type TestProgram } from './program.ts';
import { until } from './wait.ts';

/** Temporal's development server on its own file; after a kill it restarts with its data. */
export interface TestTemporal extends TestProgram {
  address: string;
  ready(): Promise<void>;
}

/** @param options.settings further dynamic configuration, as `name=value` */
export async function startTemporal({
  folder,
  settings = [],
}: {
  folder: string;
  settings?: string[];
}): Promise<TestTemporal> {
  const port = await freePort();
  const file = join(folder, 'temporal.db');
  const args = temporalArguments({ host: '127.0.0.1', port, uiPort: null, file });
  const program = testProgram(
    temporalBinary(),
    [...args, ...settings.flatMap((setting) => ['--dynamic-config-value', setting])],
    temporalEnvironment,
    join(folder, 'temporal.log'),
  );
  const ready = async (): Promise<void> => {
    await until('Temporal answers', () => accepts(port), 60_000);
  };
  program.start();
  try {
    await ready();
  } catch (error) {
    await program.kill();
    throw error;
  }
  return { ...program, address: `127.0.0.1:${port}`, ready };
}

/** The setting with which Temporal suggests a new run after this many events instead of 4,096. */
export const suggestNewRunAfter = (events: number): string =>
  `limit.historyCount.suggestContinueAsNew=${events}`;

/** The path of Temporal's binary: from the environment, or from the folder where bootstrap keeps it. */
export function temporalBinary(): string {
  const kept = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vx11/bin/temporal');
  return process.env.VX11_TEMPORAL_BIN ?? (existsSync(kept) ? kept : 'temporal');
}

export async function freePort(): Promise<number> {
  for (;;) {
    // below the ports of outgoing connections, one of which could take it before its program listens
    const port = randomInt(10_240, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const answer = (yes: boolean) => () => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}
