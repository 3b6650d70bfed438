import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the harness lies in the image; the spawner starts it there. */
const harnessFolder = 'usr/local/lib/vx11/harness';
const etc = 'usr/local/lib/vx11/etc';
const hosts = '127.0.0.1 localhost\n::1 localhost\n';

/**
 * Makes `stage`/sandbox.tar: what the sandbox's image adds to its base. Its folders for tasks are open to all, since
 * a tmpfs takes its mode from the folder that it covers.
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
