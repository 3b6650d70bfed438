import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readOwnGateway, type OwnGateway } from './up/gateway-file.ts';
import type { Target } from '../client/target.ts';
import { fetchTrusting } from '../platform/tls/trust.ts';
import { CommandFailed, exitCode } from './exit-code.ts';

const repository = join(import.meta.dirname, '..');

/**
 * Finds the gateway and the token. The address comes from --url, VX11_URL, VX11_PORT, or else from the file that
 * `vx11 up` wrote into the home; the token from VX11_TOKEN, or else from `<home>/tokens.env`. Its certificate is checked with
 * VX11_CA_FILE; that of the home's own gateway with its own file.
 */
export function findTarget(options: { url?: string }, env: NodeJS.ProcessEnv): Target {
  const home = resolve(env.VX11_HOME ?? join(repository, '.vx11'));
  const named = options.url ?? env.VX11_URL;
  const own = named === undefined ? ownGateway(env, home) : { url: named, cert: undefined };
  const url = URL.canParse(own.url) ? new URL(own.url) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CommandFailed(
      exitCode.usage,
      `${own.url} is not an address such as http://127.0.0.1:8000`,
    );
  const caFile = env.VX11_CA_FILE || own.cert;
  return {
    url: url.href.replace(/\/+$/, ''),
    token: env.VX11_TOKEN || savedToken(home),
    ...(caFile !== undefined && url.protocol === 'https:' && { caFile, send: trusting(caFile) }),
  };
}

function trusting(path: string): typeof fetch {
  try {
    return fetchTrusting({ variable: 'VX11_CA_FILE', path });
  } catch (error) {
    throw new CommandFailed(exitCode.usage, (error as Error).message, { cause: error });
  }
}

/** Returns how to reach this machine's gateway according to the environment. */
function ownGateway(env: NodeJS.ProcessEnv, home: string): OwnGateway {
  const bind = env.VX11_BIND || '127.0.0.1';
  const host = bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind;
  const cert = env['VX11_TLS_CERT_FILE'] || undefined;
  const scheme = cert === undefined ? 'http' : 'https';
  if (env.VX11_PORT === undefined || env.VX11_PORT === '')
    return readOwnGateway(home) ?? { url: `${scheme}://${host}:8000`, cert };
  const port = Number(env.VX11_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new CommandFailed(
      exitCode.usage,
      `VX11_PORT is "${env.VX11_PORT}": a port is a whole number from 1 to 65535.`,
    );
  return { url: `${scheme}://${host}:${port}`, cert };
}

function savedToken(home: string): string | undefined {
  try {
    return /^VX11_TOKEN=(\S+)$/m.exec(readFileSync(join(home, 'tokens.env'), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
