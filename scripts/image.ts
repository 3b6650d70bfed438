/**
 * Builds the web UI, and the images of VX11 and of its sandboxes, if their sources have changed: `npm run image`.
 * `npm run image -- madre` also builds madre's image, for running the core in containers, `npm run image -- complete` the one with
 * all of VX11, which vx11 init compose names, and `npm run image -- audio` that of shubniggurath; `npm run image -- sandbox` builds only the sandbox image, `npm run image -- llama` only that of llama.cpp's
 * server.
 */
import { join } from 'node:path';
import Docker from 'dockerode';
import { pino } from 'pino';
import { baseImage } from './image/base.ts';
import { build, builtFrom, removeReplaced, staged } from './image/build.ts';
import { commandHash, stageCommand } from './image/command.ts';
import { stageCompose } from './image/compose.ts';
import { llamaHash, stageLlama } from './image/llama.ts';
import { stagePackages } from './image/packages.ts';
import { stageSandbox } from './image/sandbox.ts';
import { stageSbom } from './image/sbom.ts';
import { sandboxHash, sourceHash, stageSources } from './image/source.ts';
import { buildWeb } from './web/build.ts';

const repository = join(import.meta.dirname, '..');
const stage = join(repository, '.image');
const docker = new Docker();

/** The name of each image, by stage of the Dockerfile. */
const names = {
  roles: process.env['VX11_IMAGE'] ?? 'vx11:local',
  madre: process.env['VX11_MADRE_IMAGE'] ?? 'vx11-madre:local',
  complete: process.env['VX11_COMPLETE_IMAGE'] ?? 'vx11-complete:local',
  audio: process.env['VX11_AUDIO_IMAGE'] ?? 'vx11-audio:local',
  sandbox: process.env['VX11_SANDBOX_IMAGE'] ?? 'vx11-sandbox:local',
  llama: process.env['VX11_LLAMA_IMAGE'] ?? 'vx11-llama:local',
};
const baseMaker = join(import.meta.dirname, 'base-image.mjs');

async function main() {
  const started = Date.now();
  const only = process.argv.includes('sandbox') || process.argv.includes('llama');
  // first, because the image contains it
  if (!only)
    await buildWeb(repository).catch((error: Error) =>
      console.log(`The web UI was not built: ${error.message}`),
    );
  const server = only ? false : await buildServer();
  const sandbox = await buildSandbox().catch((error: Error) => {
    if (only) throw error;
    // windows need no sandboxes
    console.log(`The sandbox image was not built, so tasks cannot run: ${error.message}`);
    return false;
  });
  const llama = process.argv.includes('llama') && (await buildLlama());
  if (!sandbox && !server && !llama) return;
  await removeReplaced(docker);
  console.log(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Builds the image of windows and the guard and, if requested, that of madre. Returns whether it built anything. */
async function buildServer(): Promise<boolean> {
  const source = sourceHash(repository);
  const sourceOf = (target: string): string =>
    target === 'complete' ? `${source}-${commandHash(repository)}` : source;
  const asked = (['madre', 'audio', 'complete'] as const).filter((one) =>
    process.argv.includes(one),
  );
  const wanted = ['roles', ...asked] as const;
  const have = await Promise.all(wanted.map((target) => builtFrom(docker, names[target])));
  const missing = wanted.filter((_, index) => have[index] !== sourceOf(wanted[index]!));
  if (missing.length === 0) return false;

  const { Architecture } = (await docker.info()) as { Architecture: string };
  const cpu = /arm64|aarch64/.test(Architecture) ? 'aarch64' : 'x86_64';
  await stagePackages(repository, stage, `${cpu}-unknown-linux-gnu`);
  stageSources(repository, stage);
  if (missing.includes('complete')) await stageCommand(repository, stage);
  if (missing.includes('madre') || missing.includes('complete')) {
    await stageCompose(stage);
    // loaded only here, because it loads Temporal's native module
    const { workflowBundle } = await import('../workers/temporal/workflow-bundle.ts');
    await workflowBundle(join(stage, 'prepared'), pino({ level: 'warn' }));
  }
  for (const target of missing) {
    const base = await baseImage(docker, baseMaker, target === 'audio' ? 'audio' : 'node');
    await stageSbom(repository, stage, { base, staged: staged[target] });
    console.log(`Building ${names[target]} on ${base}`);
    await build(docker, repository, {
      name: names[target],
      target,
      base,
      source: sourceOf(target),
    });
  }
  return true;
}

/** Builds the image that tasks run in. Returns whether it built anything. */
async function buildSandbox(): Promise<boolean> {
  const name = names.sandbox;
  const source = sandboxHash(repository);
  if ((await builtFrom(docker, name)) === source) return false;
  await stageSandbox(repository, stage);
  const base = await baseImage(docker, baseMaker, 'sandbox');
  console.log(`Building ${name} on ${base}`);
  await build(docker, repository, { name, target: 'sandbox', base, source });
  return true;
}

/** Builds the image of llama.cpp's server, on that of sandboxes, which has Python. Returns whether it built anything. */
async function buildLlama(): Promise<boolean> {
  const name = names.llama;
  const source = llamaHash(repository);
  if ((await builtFrom(docker, name)) === source) return false;
  await stageLlama(repository, stage);
  console.log(`Building ${name} on ${names.sandbox}`);
  await build(docker, repository, { name, target: 'llama', base: names.sandbox, source });
  return true;
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
