import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readGatewayUrl } from './up/gateway-file.ts';
import type { Target } from '../client/target.ts';
import { CommandFailed, exitCode } from './exit-code.ts';

const repository = join(import.meta.dirname, '..');

/**
 * Finds the gateway and the token. The address comes from --url, VX11_URL, VX11_PORT, or else from the file that
 * `vx11 up` wrote into the home; the token from VX11_TOKEN, or else from `<home>/tokens.env`.
 */
export function findTarget(options: { url?: string }, env: NodeJS.ProcessEnv): Target {
  const home = resolve(env.VX11_HOME ?? join(repository, '.vx11'));
  const text = options.url ?? env.VX11_URL ?? addressHere(env, home);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CommandFailed(
      exitCode.usage,
      `${text} is not an address such as http://127.0.0.1:8000`,
    );
  return {
    url: url.href.replace(/\/+$/, ''),
    token: env.VX11_TOKEN || savedToken(home),
  };
}

/** Returns the address of this machine's gateway according to the environment. */
function addressHere(env: NodeJS.ProcessEnv, home: string): string {
  const bind = env.VX11_BIND || '127.0.0.1';
  const host = bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind;
  if (env.VX11_PORT === undefined || env.VX11_PORT === '')
    return readGatewayUrl(home) ?? `http://${host}:8000`;
  const port = Number(env.VX11_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new CommandFailed(
      exitCode.usage,
      `VX11_PORT is "${env.VX11_PORT}": a port is a whole number from 1 to 65535.`,
    );
  return `http://${host}:${port}`;
}

function savedToken(home: string): string | undefined {
  try {
    return /^VX11_TOKEN=(\S+)$/m.exec(readFileSync(join(home, 'tokens.env'), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
