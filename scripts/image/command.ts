import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, hashOf } from './source.ts';
// the bootstrap is plain JavaScript without types
// @ts-expect-error
import { ensureTemporal } from '../bootstrap/temporal.mjs';

/** What the command line needs beside the folders of the server. */
const parts = ['cli', 'scripts/vx11.mjs', 'scripts/bootstrap', 'docker-compose.yml'];
const command = 'scripts/image/release/vx11';

/** The SHA-256 (hex) over everything that the complete image adds to madre's. */
export const commandHash = (repository: string): string =>
  hashOf(repository, [
    'scripts/image/command.ts',
    command,
    ...parts.flatMap((part) => (/\.\w+$/.test(part) ? [part] : filesUnder(repository, part))),
  ]);

/**
 * Writes `stage`/command, the command line, and `stage`/programs: `vx11` and Temporal's server of this machine. Throws if it
 * has none that runs in a Linux container.
 */
export async function stageCommand(repository: string, stage: string): Promise<void> {
  const [files, programs] = [join(stage, 'command'), join(stage, 'programs')];
  for (const folder of [files, programs]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  for (const part of parts) cpSync(join(repository, part), join(files, part), { recursive: true });
  const temporal = process.env['VX11_TEMPORAL_BIN'] ?? (await ensureTemporal());
  if (process.platform !== 'linux' || !temporal)
    throw new Error(
      'This machine has no Temporal server for Linux. Name one in VX11_TEMPORAL_BIN, then run this again.',
    );
  copyFileSync(temporal, join(programs, 'temporal'));
  copyFileSync(join(repository, command), join(programs, 'vx11'));
  for (const program of ['temporal', 'vx11']) chmodSync(join(programs, program), 0o755);
}
