import { existsSync } from 'node:fs';
import { isPodman } from '../../activities/engine/podman.ts';
import { isRootless } from '../../activities/engine/rootless.ts';
import { podmanAdvice, podmanSockets, takesPodman } from '../../platform/engine-address.mjs';
import { engineAt } from '../up/engine.ts';
import type { UpSettings } from '../up/settings.ts';
import { clockFinding } from './clock.ts';
import { fail, isAtLeast, ok, warn, type Check, type Finding } from './finding.ts';

/** Whether a runc has the fixes for CVE-2025-31133, CVE-2025-52565 and CVE-2025-52881: 1.2.8 or later, of 1.3 from 1.3.3. */
const isPatched = (version: string): boolean =>
  isAtLeast(version, '1.3.3') || (isAtLeast(version, '1.2.8') && !isAtLeast(version, '1.3.0'));

interface EngineVersion {
  Version: string;
  ApiVersion: string;
  Components?: { Name: string; Version: string }[];
}

type Named = Pick<UpSettings, 'dockerSocket' | 'engineFrom' | 'env'>;

export const engineCheck = ({ dockerSocket, engineFrom, env }: Named): Check => ({
  name: 'docker engine',
  fix: `start Docker, and let this user access ${dockerSocket}; for another socket, set VX11_DOCKER_SOCKET${podmanNote(env)}`,
  async run() {
    const { docker, ask } = engineAt(dockerSocket);
    const asking = ask('asking for its version', docker.version());
    const version = (await asking) as unknown as EngineVersion;
    const asked = Date.now();
    const info = (await ask('asking for its settings', docker.info())) as {
      LiveRestoreEnabled?: boolean;
      SecurityOptions?: string[];
      SystemTime?: string;
    };
    const runc = version.Components?.find(({ Name }) => Name === 'runc')?.Version;
    if (isPodman(version)) return podmanFindings(version, dockerSocket, engineFrom);
    return [
      ok('docker engine', `${version.Version}, API ${version.ApiVersion}, at ${dockerSocket}`),
      ...rootlessFindings(info.SecurityOptions ?? []),
      ...(runc === undefined ? [] : [runcFinding(runc)]),
      liveRestoreFinding(info.LiveRestoreEnabled === true, isRootless(info.SecurityOptions)),
      ...(info.SystemTime === undefined
        ? []
        : [clockFinding("Docker's clock", Date.parse(info.SystemTime), asked)]),
    ];
  },
});

/** The sockets of Podman that are there, for people whose Docker does not answer. */
function podmanNote(env: NodeJS.ProcessEnv): string {
  const sockets = podmanSockets(env).filter((one) => existsSync(one));
  return sockets.length === 0
    ? ''
    : `. ${sockets.join(' and ')}: of Podman, which VX11 was not tested with and does not take by itself`;
}

/** Podman is refused unless somebody names its socket for VX11; then everything else that the check asks would be of Docker. */
export function podmanFindings(
  { Version }: Pick<EngineVersion, 'Version'>,
  socket: string,
  from: string | null,
): Finding[] {
  if (!takesPodman(from)) {
    const named = from === null ? '' : `, by ${from}`;
    return [fail('docker engine', `Podman ${Version}, at ${socket}${named}`, podmanAdvice(socket))];
  }
  const why = `Podman ${Version}, at ${socket}: its events and health checks differ, so that deadlines may not hold`;
  return [warn('docker engine', why, 'use the Docker Engine; VX11 was not tested with Podman')];
}

/** What rootless Docker lacks. */
export function rootlessFindings(options: readonly string[]): Finding[] {
  if (!isRootless(options)) return [];
  const why =
    "rootless: this machine cannot reach containers at their own addresses; without two settings, VX11's own services cannot reach " +
    'Temporal; limits may not hold';
  return [warn('engine kind', why, 'see "Rootless Docker" in docs/install.md for the settings')];
}

export function runcFinding(version: string): Finding {
  if (isPatched(version)) return ok('runc', version);
  const why = `${version}: before 1.2.8 (of 1.3: 1.3.3) a hostile image can reach the host while its container starts (CVE-2025-31133)`;
  return warn('runc', why, 'update runc to 1.2.8, 1.3.3 or later; newer Engines include it');
}

function liveRestoreFinding(isOn: boolean, rootless: boolean): Finding {
  if (isOn) return ok('live-restore', 'on');
  const file = rootless ? '~/.config/docker/daemon.json' : '/etc/docker/daemon.json';
  return warn(
    'live-restore',
    'off: when dockerd stops, every container stops with it',
    `put "live-restore": true into ${file} and reload dockerd (kill -HUP)`,
  );
}
