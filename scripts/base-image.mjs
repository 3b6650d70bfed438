/**
 * Builds a base image from this machine's own files, for machines that reach no registry:
 *   node scripts/base-image.mjs tiny TAG   a shell and its tools (2 MB)
 *   node scripts/base-image.mjs node TAG   also the Node that runs this script, and its libraries
 *   node scripts/base-image.mjs audio TAG  the same, with ffmpeg, sox and bpm
 *   node scripts/base-image.mjs sandbox TAG   also Python
 * Linux only: on other systems a registry can be reached.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addPython } from './base-image/python.mjs';
import { addPrograms } from './base-image/programs.mjs';
import { addNode, addShell } from './base-image/rootfs.mjs';
import { staticShell } from './base-image/static-shell.mjs';

const socketPath = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace(
  'unix://',
  '',
);
const addons = 'node_modules/@temporalio/core-bridge/releases/*/index.node';
const changes = {
  tiny: ['CMD ["sh"]'],
  node: ['CMD ["node"]', 'ENV PATH=/usr/local/bin:/usr/bin:/bin', 'ENV HOME=/home/node'],
  audio: ['CMD ["node"]', 'ENV PATH=/usr/local/bin:/usr/bin:/bin', 'ENV HOME=/home/node'],
  sandbox: ['CMD ["sh"]', 'ENV PATH=/usr/local/bin:/usr/bin:/bin'],
};

/** Sends a folder to the Engine as a one-layer image. Throws with the Engine's answer if it refuses. */
async function importFolder(folder, tag, kind) {
  const query = new URLSearchParams({ fromSrc: '-', repo: tag });
  for (const change of changes[kind]) query.append('changes', change);
  const call = request({ socketPath, method: 'POST', path: `/images/create?${query}` });
  const tar = spawn('tar', ['-c', '--numeric-owner', '--owner=0', '--group=0', '-C', folder, '.']);
  tar.stdout.pipe(call);
  const [answer] = await once(call, 'response');
  let text = '';
  for await (const chunk of answer) text += chunk;
  if (answer.statusCode !== 200 || text.includes('"error"'))
    throw new Error(`The Engine refused the image ${tag}: ${text.trim()}`);
}

const [kind, tag] = process.argv.slice(2);
if (!(kind in changes) || !tag) {
  console.error('Usage: node scripts/base-image.mjs tiny|node|audio|sandbox TAG');
  process.exit(64);
}
const root = mkdtempSync(join(tmpdir(), 'vx11-image-'));
try {
  addShell(root, staticShell());
  const platform = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`;
  const native = globSync(addons).filter((file) => file.includes(platform) && existsSync(file));
  if (kind === 'node' || kind === 'audio') addNode(root, process.execPath, native);
  if (kind === 'audio')
    addPrograms(root, ['ffmpeg', 'ffprobe', 'bpm', 'sox'], 'ffmpeg bpm-tools sox');
  if (kind === 'sandbox') {
    addNode(root, process.execPath, []);
    addPython(root);
  }
  await importFolder(root, tag, kind);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
