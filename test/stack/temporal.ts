import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { temporalArguments, temporalEnvironment } from '../../cli/up/temporal/arguments.ts';
import { testProgram, type TestProgram } from './program.ts';
import { until } from './wait.ts';

/** Temporal's development server on a file of its own; killed, it starts again with what it had. */
export interface TestTemporal extends TestProgram {
  address: string;
  ready(): Promise<void>;
}

export async function startTemporal({ folder }: { folder: string }): Promise<TestTemporal> {
  const port = await freePort();
  const args = temporalArguments({
    host: '127.0.0.1',
    port,
    uiPort: null,
    file: join(folder, 'temporal.db'),
  });
  const program = testProgram(
    temporalBinary(),
    args,
    temporalEnvironment,
    join(folder, 'temporal.log'),
  );
  const ready = async (): Promise<void> => {
    await until('Temporal answers', () => accepts(port), 60_000);
  };
  program.start();
  await ready();
  return { ...program, address: `127.0.0.1:${port}`, ready };
}

/** Bootstrap names it; a test that is run alone finds it where bootstrap keeps it. */
export function temporalBinary(): string {
  const kept = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vx11/bin/temporal');
  return process.env.VX11_TEMPORAL_BIN ?? (existsSync(kept) ? kept : 'temporal');
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
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
