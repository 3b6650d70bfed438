import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { UpSettings } from './settings.ts';

/**
 * Builds the image that windows and the guard run from, unless it exists or VX11 itself runs from one. Prints the builder's
 * output, which is empty if the image exists. Rejects with the builder's last line on stderr.
 */
export async function ensureImage(
  settings: UpSettings,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const script = join(settings.repository, 'scripts/image.ts');
  // an image does not contain its builder
  if (!existsSync(script)) return;
  const builder = spawn(process.execPath, [script], {
    env: settings.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let last = '';
  createInterface(builder.stdout).on('line', say);
  createInterface(builder.stderr).on('line', (line) => (last = line.trim() || last));
  const [code] = (await once(builder, 'close')) as [number | null];
  if (code !== 0) throw new Error(last || `its builder exited with code ${code}`);
}
