/**
 * Builds the image of VX11 when what goes into it has changed: `npm run image`.
 * `npm run image -- madre` also builds madre's own, which core in containers needs.
 */
import { join } from 'node:path';
import Docker from 'dockerode';
import { pino } from 'pino';
import { baseImage } from './image/base.ts';
import { build, builtFrom, removeReplaced } from './image/build.ts';
import { stageCompose } from './image/compose.ts';
import { stagePackages } from './image/packages.ts';
import { sourceHash, stageSources } from './image/source.ts';

const repository = join(import.meta.dirname, '..');
const stage = join(repository, '.image');
const docker = new Docker();

/** Name of the image by stage of the Dockerfile. */
const names = {
  roles: process.env['VX11_IMAGE'] ?? 'vx11:local',
  madre: process.env['VX11_MADRE_IMAGE'] ?? 'vx11-madre:local',
};

async function main() {
  const source = sourceHash(repository);
  const wanted: ('roles' | 'madre')[] = process.argv.includes('madre')
    ? ['roles', 'madre']
    : ['roles'];
  const have = await Promise.all(wanted.map((target) => builtFrom(docker, names[target])));
  const missing = wanted.filter((_, index) => have[index] !== source);
  if (missing.length === 0) return;

  const started = Date.now();
  const { Architecture } = (await docker.info()) as { Architecture: string };
  const cpu = /arm64|aarch64/.test(Architecture) ? 'aarch64' : 'x86_64';
  await stagePackages(repository, stage, `${cpu}-unknown-linux-gnu`);
  stageSources(repository, stage);
  if (missing.includes('madre')) {
    await stageCompose(stage);
    // Loaded late: it brings Temporal's native part, which nothing else here needs.
    const { workflowBundle } = await import('../workers/workflow-bundle.ts');
    await workflowBundle(join(stage, 'prepared'), pino({ level: 'warn' }));
  }
  const base = await baseImage(docker, join(import.meta.dirname, 'base-image.mjs'));
  for (const target of missing) {
    console.log(`Building ${names[target]} on ${base}`);
    await build(docker, repository, { name: names[target], target, base, source });
  }
  await removeReplaced(docker);
  console.log(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
