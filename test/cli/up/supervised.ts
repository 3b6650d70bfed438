import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isAlive } from '../../../platform/process-identity.ts';
import { readPidFile } from '../../../cli/up/process/pid-file.ts';
import { ensureTinyImage } from '../../../scripts/tiny-image.ts';
import { compileCache, giveBundle } from '../../stack/bundle.ts';
import { endWithUs } from '../../stack/reaper.ts';
import { freePort } from '../../stack/temporal.ts';
import { temporaryHome, until } from './temporary-home.ts';

const repository = join(import.meta.dirname, '../../..');

/** Creates a home, a user's small stack, and an environment with free ports. */
export async function newInstallation() {
  const home = temporaryHome();
  const compose = join(home, 'compose.yml');
  await giveBundle(home);
  const image = await ensureTinyImage();
  writeFileSync(compose, `name: uptest${process.pid}\nservices:\n  web: { image: '${image}' }\n`);
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: compileCache,
    VX11_HOME: home,
    VX11_COMPOSE_FILE: compose,
    VX11_PORT: String(await freePort()),
    VX11_MADRE_PORT: String(await freePort()),
    VX11_TEMPORAL_PORT: String(await freePort()),
    VX11_TEMPORAL_UI_PORT: String(await freePort()),
    VX11_REDIS_PORT: String(await freePort()),
  };
  const known = (name: string) => readPidFile(join(home, 'run', `${name}.pid`));
  const pid = (name: string) => known(name)?.pid;
  // after a failed test, the supervisor was killed, and has left them
  onTestFinished(() => {
    for (const name of ['temporal', 'redis', 'madre', 'tentaculo_link']) {
      const left = known(name);
      if (left !== undefined && isAlive(left)) process.kill(left.pid, 'SIGKILL');
    }
  });
  return { home, env, pid };
}

/** Starts `vx11 up`. `output` returns what it has printed so far, and `ready` fails with that if it exits too early. */
export function startUp(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ['cli/main.ts', 'up'], { cwd: repository, env });
  endWithUs(child);
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const isReady = (): boolean => {
    if (child.exitCode !== null) throw new Error(`it exited (${child.exitCode}):\n${output}`);
    return output.includes('VX11 is ready');
  };
  const ready = (limitMs: number): Promise<void> =>
    until(isReady, limitMs).catch((error: unknown) => {
      throw new Error(`it is not ready. Its output:\n${output}\n${logsOf(env)}`, { cause: error });
    });
  return { child, output: () => output, ready };
}

/** The end of each log of an installation. */
function logsOf({ VX11_HOME = '' }: NodeJS.ProcessEnv): string {
  const folder = join(VX11_HOME, 'logs');
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => `${name}: ${readFileSync(join(folder, name), 'utf8').slice(-1000)}`)
    .join('\n');
}
