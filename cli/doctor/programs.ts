import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { UpSettings } from '../up/settings.ts';
import { fail, isAtLeast, ok, type Check } from './finding.ts';

const run = promisify(execFile);
const leastNode = '24.0.0';
const leastCompose = '2.20.0';
const runLimitMs = 12_000;

export const nodeCheck = (): Check => ({
  name: 'node',
  fix: '',
  look: async () => {
    const { node } = process.versions;
    const { arch, platform } = process;
    return isAtLeast(node, leastNode)
      ? [ok('node', `${node} on ${platform} ${arch}`)]
      : [fail('node', node, `run Node ${leastNode} or later; npm start fetches one by itself`)];
  },
});

export const composeCheck = ({ compose, composeFile }: UpSettings): Check => ({
  name: 'docker compose',
  fix: 'install the Docker Compose plugin, or let npm start do it',
  async look() {
    const [command, ...first] = compose;
    const { stdout } = await run(command, [...first, 'version', '--short'], {
      timeout: runLimitMs,
    });
    const version = stdout.trim();
    const known = isAtLeast(version, leastCompose)
      ? ok('docker compose', version)
      : fail('docker compose', version, `update the Compose plugin to ${leastCompose} or later`);
    const name = 'compose file';
    if (!existsSync(composeFile))
      return [known, fail(name, `${composeFile} is not there`, 'set VX11_COMPOSE_FILE')];
    try {
      const args = [...first, '-f', composeFile, '--profile', '*', 'config', '--services'];
      const services = await run(command, args, { cwd: dirname(composeFile), timeout: runLimitMs });
      const count = services.stdout.split('\n').filter(Boolean).length;
      return [known, ok(name, `${composeFile}: ${count} services`)];
    } catch (error) {
      const { stderr, message } = error as { stderr?: string; message: string };
      const words = stderr?.trim() || message;
      return [known, fail(name, words, `put ${composeFile} right; Compose itself says this`)];
    }
  },
});
