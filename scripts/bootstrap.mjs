/**
 * Installs what VX11 needs and this machine lacks, prints what it does, then runs a program with Node 24:
 *   node scripts/bootstrap.mjs [FLAG] run FILE.ts ARGS…   a TypeScript file
 *   node scripts/bootstrap.mjs [FLAG] npm ARGS…           npm
 * --code-only: only Node and the packages, for programs that need no server. --with-test-needs: also the optional needs of
 * tests. Plain JavaScript without a dependency: it runs on any Node >= 20, in a fresh clone.
 */
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInPlace } from './bootstrap/child.mjs';
import { ensureClientGenerators } from './bootstrap/client-generators.mjs';
import { ensureCompose } from './bootstrap/compose.mjs';
import { ensureDocker } from './bootstrap/docker.mjs';
import { leanRun } from './bootstrap/lean.mjs';
import { Unmet } from './bootstrap/machine.mjs';
import { Ended, handleSignals } from './bootstrap/ending.mjs';
import { ensureNode } from './bootstrap/node.mjs';
import { ensurePackages } from './bootstrap/packages.mjs';
import { ensureTemporal } from './bootstrap/temporal.mjs';
import { ensureTestNeeds } from './bootstrap/test-needs.mjs';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The Engine for the programs that follow, which then ask no context. */
const dockerHost = (socket) => ({
  ...(process.env.DOCKER_CONTEXT && { DOCKER_CONTEXT: '' }),
  ...(socket !== '/var/run/docker.sock' && { DOCKER_HOST: `unix://${socket}` }),
});

async function main() {
  const words = process.argv.slice(2);
  const start = words.findIndex((word) => !word.startsWith('--'));
  const flags = start < 0 ? words : words.slice(0, start);
  const [verb, ...args] = words.slice(flags.length);
  if ((verb !== 'run' && verb !== 'npm') || args.length === 0) {
    console.error('Usage: node scripts/bootstrap.mjs [--code-only] run FILE.ts ARGS… | npm ARGS…');
    return 64;
  }
  handleSignals();
  const node = await ensureNode(repository);
  const PATH = [dirname(node), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH };
  await ensurePackages(repository, { PATH });
  if (!flags.includes('--code-only')) {
    const temporal = await ensureTemporal();
    if (temporal) env.VX11_TEMPORAL_BIN = temporal;
    Object.assign(env, dockerHost(await ensureDocker()));
    const compose = await ensureCompose();
    if (compose) env.VX11_COMPOSE_BIN = compose;
  }
  if (flags.includes('--with-test-needs')) {
    await ensureTestNeeds();
    await ensureClientGenerators(repository, env);
  }
  if (verb === 'npm') return runInPlace('npm', args, env);
  const lean = leanRun(node, repository, args, env);
  return runInPlace(node, lean.args, lean.env);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof Ended)
    console.error('vx11: interrupted; the next start continues from here');
  else console.error(error instanceof Unmet ? error.message : error);
  process.exitCode = error.exitCode ?? 1;
}
