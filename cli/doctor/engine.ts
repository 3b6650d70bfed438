import { engineAt } from '../up/engine.ts';
import type { UpSettings } from '../up/settings.ts';
import { clockFinding } from './clock.ts';
import { isAtLeast, ok, warn, type Check, type Finding } from './finding.ts';

/** Whether a runc has the fixes for CVE-2025-31133, CVE-2025-52565 and CVE-2025-52881: 1.2.8 or later, of 1.3 from 1.3.3. */
const isPatched = (version: string): boolean =>
  isAtLeast(version, '1.3.3') || (isAtLeast(version, '1.2.8') && !isAtLeast(version, '1.3.0'));

interface EngineVersion {
  Version: string;
  ApiVersion: string;
  Components?: { Name: string; Version: string }[];
}

export const engineCheck = ({ dockerSocket }: UpSettings): Check => ({
  name: 'docker engine',
  fix: `start Docker, and let this user access ${dockerSocket}; for another socket, set VX11_DOCKER_SOCKET`,
  async run() {
    const { docker, ask } = engineAt(dockerSocket);
    const asking = ask('asking for its version', docker.version());
    const version = (await asking) as unknown as EngineVersion;
    const asked = Date.now();
    const info = (await ask('asking for its settings', docker.info())) as {
      LiveRestoreEnabled?: boolean;
      SystemTime?: string;
    };
    const runc = version.Components?.find(({ Name }) => Name === 'runc')?.Version;
    return [
      ok('docker engine', `${version.Version}, API ${version.ApiVersion}`),
      ...(runc === undefined ? [] : [runcFinding(runc)]),
      liveRestoreFinding(info.LiveRestoreEnabled === true),
      ...(info.SystemTime === undefined
        ? []
        : [clockFinding("Docker's clock", Date.parse(info.SystemTime), asked)]),
    ];
  },
});

export function runcFinding(version: string): Finding {
  if (isPatched(version)) return ok('runc', version);
  const why = `${version}: before 1.2.8 (of 1.3: 1.3.3) a hostile image can reach the host while its container starts (CVE-2025-31133)`;
  return warn('runc', why, 'update runc to 1.2.8, 1.3.3 or later; newer Engines include it');
}

const liveRestoreFinding = (isOn: boolean): Finding =>
  isOn
    ? ok('live-restore', 'on')
    : warn(
        'live-restore',
        'off: when dockerd stops, every container stops with it',
        'put "live-restore": true into /etc/docker/daemon.json and reload dockerd (kill -HUP)',
      );
