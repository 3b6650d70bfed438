import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandFailed, exitCode } from './exit-code.ts';

/** Which gateway to talk to, and as whom. */
export interface Target {
  /** Without a slash at its end. */
  url: string;
  /** Undefined where none was found. */
  token: string | undefined;
  /** Where the installation keeps its files. */
  home: string;
}

const repository = join(import.meta.dirname, '..');

/** Reads the address and the token from options, environment and `<home>/tokens.env`, in this order. */
export function findTarget(options: { url?: string }, env: NodeJS.ProcessEnv): Target {
  const home = resolve(env.VX11_HOME ?? join(repository, '.vx11'));
  const text = options.url ?? env.VX11_URL ?? 'http://127.0.0.1:8000';
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CommandFailed(exitCode.usage, `${text} is no address such as http://127.0.0.1:8000`);
  return {
    url: url.href.replace(/\/+$/, ''),
    token: env.VX11_TOKEN || savedToken(home),
    home,
  };
}

function savedToken(home: string): string | undefined {
  try {
    return /^VX11_TOKEN=(\S+)$/m.exec(readFileSync(join(home, 'tokens.env'), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
