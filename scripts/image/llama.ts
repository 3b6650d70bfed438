import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filesUnder, hashOf } from './source.ts';
import { unpack, wheelOf } from './wheel.ts';

const run = promisify(execFile);

/** It contains the server of llama.cpp, and depends on no other package. */
const server = { name: 'xllamacpp', version: '2026.10.11549' };
const sources = 'scripts/image/llama';
const folder = 'usr/local/lib/vx11/llama';

/** The SHA-256 (hex) over everything that the image of llama.cpp's server adds to its base. */
export const llamaHash = (repository: string): string =>
  hashOf(repository, ['scripts/image/llama.ts', ...filesUnder(repository, sources)]);

/** Writes `stage`/llama.tar: llama.cpp's server from its package, and the programs that start it and look at its health. */
export async function stageLlama(repository: string, stage: string): Promise<void> {
  const root = join(stage, 'llama');
  const home = join(root, folder);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  await unpack(await wheelOf(server), home);
  await addOpenMp(home);
  for (const program of ['serve.py', 'healthy.py'])
    cpSync(join(repository, sources, program), join(home, program));
  const owner = ['--numeric-owner', '--owner=0', '--group=0'];
  const archive = join(stage, 'llama.tar');
  await run('tar', ['-c', '-f', archive, ...owner, '-C', root, '.']);
}

/** Copies this machine's OpenMP, which a base that was made from the machine lacks; the Dockerfile installs it otherwise. */
async function addOpenMp(home: string): Promise<void> {
  const [library] = globSync('xllamacpp/*.so', { cwd: home });
  const { stdout } = await run('ldd', [join(home, library!)]);
  const found = /libgomp\.so\.1 => (\/\S+)/.exec(stdout)?.[1];
  mkdirSync(join(home, 'lib'));
  if (found !== undefined) copyFileSync(found, join(home, 'lib/libgomp.so.1'));
}
