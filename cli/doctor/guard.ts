import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import type { UpSettings } from '../up/settings.ts';
import { ok, warn, type Check } from './finding.ts';

/** The dead man's switch runs while anything is leased. */
export const guardCheck = ({ dockerSocket, home }: UpSettings): Check => ({
  name: 'guard',
  fix: 'Docker has to answer first',
  async look() {
    const leased = leasedServices(join(home, 'guard'));
    const docker = new Docker({ socketPath: dockerSocket });
    const guards = await docker.listContainers({
      filters: { label: ['vx11.role=guard', `vx11.home=${home}`] },
    });
    const named = leased.length > 0 ? ` for ${leased.join(', ')}` : '';
    if (guards.length > 0) return [ok('guard', `runs${named}`)];
    if (leased.length === 0) return [ok('guard', 'not needed: no window is open')];
    const why = `does not run${named}: should all of VX11 die, nobody ends them on time`;
    return [
      warn('guard', why, 'see that the image is there (npm run image) and that VX11_GUARD is on'),
    ];
  },
});

/** `<project>/leases/<service>.json` below the guard's folder. */
function leasedServices(folder: string): string[] {
  const namesIn = (path: string) => (existsSync(path) ? readdirSync(path) : []);
  return namesIn(folder)
    .filter((project) => !project.endsWith('.json'))
    .flatMap((project) => namesIn(join(folder, project, 'leases')))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
}
