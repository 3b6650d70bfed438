import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The harness's folder in the image, where the spawner starts it. */
const harnessFolder = 'usr/local/lib/vx11/harness';
const etc = 'usr/local/lib/vx11/etc';
const hosts = '127.0.0.1 localhost\n::1 localhost\n';

/**
 * Writes `stage`/sandbox.tar: the files that the sandbox image adds to its base. The folders for tasks are writable for
 * everyone, because a tmpfs takes its mode from the folder that it is mounted on.
 */
export async function stageSandbox(repository: string, stage: string): Promise<void> {
  const root = join(stage, 'sandbox');
  rmSync(root, { recursive: true, force: true });
  for (const folder of ['task', 'tmp', etc, harnessFolder])
    mkdirSync(join(root, folder), { recursive: true });
  for (const open of ['task', 'tmp']) chmodSync(join(root, open), 0o1777);
  writeFileSync(join(root, etc, 'hosts'), hosts);
  cpSync(join(repository, 'sandbox/harness'), join(root, harnessFolder), {
    recursive: true,
    filter: (path) => !path.endsWith('__pycache__'),
  });
  const owner = ['--numeric-owner', '--owner=0', '--group=0'];
  await promisify(execFile)('tar', [
    '-c',
    '-f',
    join(stage, 'sandbox.tar'),
    ...owner,
    '-C',
    root,
    '.',
  ]);
}
