import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineAt } from '../engine.ts';
import type { UpSettings } from '../up/settings.ts';
import { ok, warn, type Check, type Finding } from './finding.ts';

/** The dead man's switch runs while anything is leased. */
export const guardCheck = ({ dockerSocket, home }: UpSettings): Check => ({
  name: 'guard',
  fix: 'Docker has to answer first',
  async look() {
    const leased = leasedServices(join(home, 'guard'));
    const { docker, ask } = engineAt(dockerSocket);
    const filters = { label: ['vx11.role=guard', `vx11.home=${home}`] };
    const guards = await ask('looking for the guard', docker.listContainers({ filters }));
    const named = leased.length > 0 ? ` for ${leased.join(', ')}` : '';
    const [guard] = guards;
    if (guard !== undefined)
      return [sightFinding(join(home, 'guard'), guard.Created * 1000, named)];
    if (leased.length === 0) return [ok('guard', 'not needed: no window is open')];
    const why = `does not run${named}: should all of VX11 die, nobody ends them on time`;
    return [
      warn('guard', why, 'see that the image is there (npm run image) and that VX11_GUARD is on'),
    ];
  },
});

/** A guard that is younger may still start; one that sees reads each sign of life within a second. */
const sightMs = 15_000;

/** Whether a guard that runs says to have read what madre last wrote for it: signs of life, in two files. Epoch ms. */
export function sightFinding(
  folder: string,
  madeAt: number,
  named: string,
  now = Date.now(),
): Finding {
  const written = numberIn(join(folder, 'alive.json'), 'at_ms');
  const read = numberIn(join(folder, 'guard.json'), 'alive_ms');
  const runs = `runs${named}`;
  if (now - madeAt < sightMs || written - read < sightMs) return ok('guard', runs);
  return warn(
    'guard',
    `${runs}, and does not say that it reads ${folder}: should all of VX11 die, nobody ends them on time`,
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

/** `<project>/leases/<service>.json` below the guard's folder. */
function leasedServices(folder: string): string[] {
  const namesIn = (path: string) => (existsSync(path) ? readdirSync(path) : []);
  return namesIn(folder)
    .filter((project) => !project.endsWith('.json'))
    .flatMap((project) => namesIn(join(folder, project, 'leases')))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
}
