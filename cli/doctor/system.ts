import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { ok, warn, type Check, type Finding } from './finding.ts';

/** What the checks of the operating system look at. */
export interface Machine {
  platform: string;
  /** Of the kernel; that of WSL names Microsoft. */
  release: string;
  /** The folder of VX11. */
  home: string;
  /** The file system that holds the home, such as `ext4`; null if it is not known. */
  filesystem: string | null;
}

/** File systems through which WSL shows the disks of Windows. */
const windowsDisks = new Set(['9p', 'drvfs', 'virtiofs']);

/** Names what differs on macOS and in WSL; docs/install.md says the same. */
export const systemCheck = ({ home }: { home: string }): Check => ({
  name: 'system',
  fix: 'see docs/install.md',
  run: () => {
    const { platform } = process;
    return Promise.resolve(
      systemFindings({ platform, release: release(), home, filesystem: filesystemOf(home) }),
    );
  },
});

export function systemFindings({
  platform,
  release: kernel,
  home,
  filesystem,
}: Machine): Finding[] {
  if (platform === 'darwin')
    return [
      warn(
        'system',
        'macOS, with which VX11 was not tested: containers run in a virtual machine, so idle windows are not noticed, and the guard reads only folders that Docker shares',
        `share ${home} in Docker Desktop (Settings, Resources, File sharing); see docs/install.md`,
      ),
    ];
  if (platform !== 'linux')
    return [warn('system', platform, 'run VX11 on Linux, or in WSL 2 on Windows')];
  if (!/microsoft/i.test(kernel)) return [ok('system', `Linux ${kernel}`)];
  if (!/wsl2/i.test(kernel) && !/microsoft-standard/i.test(kernel))
    return [warn('system', `WSL 1 (${kernel})`, 'use WSL 2: wsl --set-version <distribution> 2')];
  if (filesystem !== null && windowsDisks.has(filesystem))
    return [
      warn(
        'system',
        `WSL 2, and ${home} is on a disk of Windows (${filesystem}), where SQLite is slow and locks are not sure`,
        'set VX11_HOME to a folder inside Linux, such as ~/.vx11',
      ),
    ];
  return [ok('system', `WSL 2 (${kernel}), with which VX11 was not tested`)];
}

/** The type of the mounted file system with the longest path above a folder, as /proc/mounts has it. */
export function filesystemOf(folder: string, mounts = readMounts()): string | null {
  const above = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, at = '', type = '']) => ({ at: at.replaceAll('\\040', ' '), type }))
    .filter(({ at }) => at === '/' || folder === at || (at !== '' && folder.startsWith(`${at}/`)));
  return above.toSorted((one, other) => other.at.length - one.at.length)[0]?.type ?? null;
}

function readMounts(): string {
  try {
    return readFileSync('/proc/mounts', 'utf8');
  } catch {
    return ''; // only Linux has it
  }
}
