import { chmod, mkdir } from 'node:fs/promises';

/**
 * Makes a folder of the home before Docker would, as root. A role writes it as another user than ours; only programs that may
 * enter the home, whose mode is 0700, can reach it.
 */
export async function makeSharedFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // another user may have made it; then it is as it should be
  await chmod(folder, 0o777).catch(() => undefined);
}
