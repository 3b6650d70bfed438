import { expect, test } from 'vitest';
import { filesystemOf, systemFindings } from '../../../cli/doctor/system.ts';
import { read } from '../../repository/source.ts';

const linux = {
  platform: 'linux',
  release: '6.1.0-18-amd64',
  home: '/srv/vx11',
  filesystem: 'ext4',
};
const wsl = { ...linux, release: '5.15.153.1-microsoft-standard-WSL2' };

test('Linux is as tested', () => {
  expect(systemFindings(linux)).toMatchObject([{ state: 'ok', detail: 'Linux 6.1.0-18-amd64' }]);
});

test('macOS is named with the folder to share', () => {
  const [finding] = systemFindings({ ...linux, platform: 'darwin' });
  expect(finding).toMatchObject({ state: 'warn' });
  expect(finding!.detail).toContain('not tested');
  expect(finding!.fix).toContain('share /srv/vx11 in Docker Desktop');
});

test.each(['9p', 'drvfs'])(
  'a home on a disk of Windows (%s) is to be moved into Linux',
  (filesystem) => {
    const [finding] = systemFindings({ ...wsl, home: '/mnt/c/vx11', filesystem });
    expect(finding).toMatchObject({ state: 'warn' });
    expect(finding!.fix).toContain('inside Linux');
  },
);

test('WSL 2 with its home inside Linux is fine, WSL 1 is not', () => {
  expect(systemFindings(wsl)).toMatchObject([{ state: 'ok' }]);
  const first = systemFindings({ ...linux, release: '4.4.0-19041-Microsoft' });
  expect(first).toMatchObject([{ state: 'warn', fix: expect.stringContaining('WSL 2') }]);
});

test('the file system of a folder is that of the longest mounted path above it', () => {
  const mounts = [
    '/dev/sda1 / ext4 rw 0 0',
    'C:\\134 /mnt/c 9p rw 0 0',
    'none /mnt/c/my\\040data tmpfs rw 0 0',
  ].join('\n');
  expect(filesystemOf('/mnt/c/vx11', mounts)).toBe('9p');
  expect(filesystemOf('/mnt/c/my data/vx11', mounts)).toBe('tmpfs');
  expect(filesystemOf('/mnt/cc', mounts)).toBe('ext4');
  expect(filesystemOf('/srv', '')).toBeNull();
});

test('the docs have what doctor says about macOS and WSL', () => {
  const page = read('docs/install.md');
  for (const words of ['macOS', 'File sharing', 'WSL 2', 'SQLite is slow'])
    expect(page).toContain(words);
});
