import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineAt } from '../up/engine.ts';
import type { UpSettings } from '../up/settings.ts';
import { ok, warn, type Check, type Finding } from './finding.ts';

/** Checks that the guard runs while any service is leased, and that it reads what madre writes. */
export const guardCheck = ({ dockerSocket, home }: UpSettings): Check => ({
  name: 'guard',
  fix: 'start Docker first',
  async run() {
    const leased = leasedServices(join(home, 'guard'));
    const { docker, ask } = engineAt(dockerSocket);
    const filters = { label: ['vx11.role=guard', `vx11.home=${home}`] };
    const guards = await ask('looking for the guard', docker.listContainers({ filters }));
    const named = leased.length > 0 ? ` for ${leased.join(', ')}` : '';
    const [guard] = guards;
    if (guard !== undefined)
      return [heartbeatFinding(join(home, 'guard'), guard.Created * 1000, named)];
    if (leased.length === 0) return [ok('guard', 'not needed: no window is open')];
    const why = `is not running${named}: if all of VX11 crashes, these services outlive their deadlines`;
    return [warn('guard', why, 'build the image (npm run image) and set VX11_GUARD to on')];
  },
});

/** A younger guard may still be starting. One that can read the folder reads each heartbeat within a second. */
const heartbeatMs = 15_000;

/**
 * Checks that a running guard has read madre's newest heartbeat: madre writes `alive.json`, the guard repeats what it
 * read in `guard.json`.
 * @param madeAt when the guard's container was created, in epoch ms
 */
export function heartbeatFinding(
  folder: string,
  madeAt: number,
  named: string,
  now = Date.now(),
): Finding {
  const written = numberIn(join(folder, 'alive.json'), 'at_ms');
  const read = numberIn(join(folder, 'guard.json'), 'alive_ms');
  const runs = `is running${named}`;
  if (now - madeAt < heartbeatMs || written - read < heartbeatMs) return ok('guard', runs);
  return warn(
    'guard',
    `${runs}, but does not read ${folder}: if all of VX11 crashes, these services outlive their deadlines`,
    'put VX11_HOME where the Engine sees the same files under the same path',
  );
}

function numberIn(file: string, member: string): number {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return Number(value[member] ?? 0);
  } catch {
    return 0;
  }
}

/** Lists the services that have a file `<project>/leases/<service>.json` in the guard's folder. */
function leasedServices(folder: string): string[] {
  const namesIn = (path: string) => (existsSync(path) ? readdirSync(path) : []);
  return namesIn(folder)
    .filter((project) => !project.endsWith('.json'))
    .flatMap((project) => namesIn(join(folder, project, 'leases')))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
}
