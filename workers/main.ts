/** Starts one role of VX11: `node workers/main.ts switch`. Ends on SIGTERM, SIGINT, or when its supervisor is gone. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from './role.ts';

/** A module under roles/: either data for the runner, or a process with its own `run`. */
interface RoleModule {
  role?: Role;
  run?: (signal: AbortSignal) => Promise<void>;
}

const folder = join(import.meta.dirname, 'roles');
const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
const name = process.argv[2] ?? '';
if (!names.includes(name)) {
  console.error(`Which role? node workers/main.ts ${names.join('|')}`);
  process.exit(64);
}

/** After this time the process exits even if the stop has not finished. */
const stopLimitMs = 9_000;
const stopping = new AbortController();
const stop = (): void => {
  if (stopping.signal.aborted) return;
  stopping.abort();
  setTimeout(() => process.exit(1), stopLimitMs).unref();
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
if (process.connected) process.on('disconnect', stop);

try {
  const module = (await import(`./roles/${name}.ts`)) as RoleModule;
  if (module.run) await module.run(stopping.signal);
  else if (module.role) {
    const { runRole } = await import('./runner.ts');
    await runRole(module.role, stopping.signal);
  } else throw new Error(`workers/roles/${name}.ts exports neither role nor run`);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
