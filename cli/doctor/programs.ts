import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { UpSettings } from '../up/settings.ts';
import { ComposeError, createCompose } from '../../activities/compose/compose.ts';
import { fail, isAtLeast, ok, type Check, type Finding } from './finding.ts';

const run = promisify(execFile);
const leastNode = '24.0.0';
const leastCompose = '2.20.0';
const runLimitMs = 12_000;

export const nodeCheck = (): Check => ({
  name: 'node',
  fix: '',
  run: async () => {
    const { node } = process.versions;
    const { arch, platform } = process;
    return isAtLeast(node, leastNode)
      ? [ok('node', `${node} on ${platform} ${arch}`)]
      : [fail('node', node, `run Node ${leastNode} or later; npm start installs one by itself`)];
  },
});

export const composeCheck = ({ compose, composeFile, dockerSocket }: UpSettings): Check => ({
  name: 'docker compose',
  fix: 'install the Docker Compose plugin, or run npm start, which installs it',
  async run() {
    const [command, ...first] = compose;
    const { stdout } = await run(command, [...first, 'version', '--short'], {
      timeout: runLimitMs,
    });
    const version = stdout.trim();
    const known = isAtLeast(version, leastCompose)
      ? ok('docker compose', version)
      : fail('docker compose', version, `update the Compose plugin to ${leastCompose} or later`);
    const binary = first.length === 0 ? command : undefined;
    return [known, ...(await stackFindings(composeFile, binary, dockerSocket))];
  },
});

/** Reads the compose file as madre does, and reports each service that cannot be opened. */
async function stackFindings(
  composeFile: string,
  binary: string | undefined,
  socket: string,
): Promise<Finding[]> {
  const name = 'compose file';
  try {
    const { config, broken } = await createCompose(composeFile, binary, socket).read();
    const bad = [...broken].map(([service, why]) =>
      fail(name, `${service} cannot be opened: ${why}`, 'correct it; all others can be opened'),
    );
    return [ok(name, `${composeFile}: ${Object.keys(config.services).length} services`), ...bad];
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return [fail(name, error.message, `correct ${composeFile}, or set VX11_COMPOSE_FILE`)];
  }
}
