import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const plugins = z.array(z.object({ Name: z.string(), Path: z.string() }));

/**
 * Copies this machine's Docker Compose to `stage`/bin, for madre's image. Throws if the machine has none that runs in a
 * Linux container.
 */
export async function stageCompose(stage: string): Promise<void> {
  const target = join(stage, 'bin/docker-compose');
  mkdirSync(join(stage, 'bin'), { recursive: true });
  if (existsSync(target)) return;
  const source = process.env['VX11_COMPOSE_BIN'] ?? (await composePlugin());
  if (process.platform !== 'linux' || !source)
    throw new Error(
      `This machine has no Docker Compose for Linux. Put one at ${target}, then run this again.`,
    );
  copyFileSync(source, target);
  chmodSync(target, 0o755);
}

async function composePlugin(): Promise<string | undefined> {
  const args = ['info', '--format', '{{json .ClientInfo.Plugins}}'];
  const { stdout } = await promisify(execFile)('docker', args);
  return plugins.parse(JSON.parse(stdout)).find(({ Name }) => Name === 'compose')?.Path;
}
