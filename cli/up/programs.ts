import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './process/child.ts';
import type { UpSettings } from './settings.ts';
import { leanNode } from './lean/node.ts';
import { temporalArguments, temporalEnvironment } from './temporal/arguments.ts';

/** Temporal's development server with a SQLite file; undefined if Temporal runs elsewhere. */
export function temporalProgram(settings: UpSettings): Program | undefined {
  const { temporalServer, temporal, home, env } = settings;
  if (!temporalServer) return undefined;
  const { host, port } = temporal;
  const file = join(home, 'temporal.db');
  const args = temporalArguments({ host, port, uiPort: temporalServer.uiPort, file });
  // what the user has set takes precedence
  const own = { ...temporalEnvironment, ...only(env, ['HOME', 'PATH', 'GOGC', 'GOMEMLIMIT']) };
  return program('temporal', temporalServer.executable, args, settings, own);
}

/**
 * Redis without persistence; undefined if it runs elsewhere or is not installed. Its password is in a file (mode 0600),
 * because every user of the machine can read a command line.
 */
export function redisProgram(settings: UpSettings): Program | undefined {
  const { redisServer, home, env } = settings;
  if (!redisServer) return undefined;
  const port = String(redisServer.port);
  const file = join(home, 'redis.conf');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(file, `requirepass ${redisServer.password}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  const args = [file, '--bind', '127.0.0.1', '--port', port, '--save', '', '--appendonly', 'no'];
  const all = [...args, '--daemonize', 'no', '--dir', home];
  return program('redis', redisServer.executable, all, settings, only(env, ['HOME', 'PATH']));
}

/** Madre, which runs workflows, power and the store. It runs Compose, so it gets the whole environment. */
export function madreProgram(settings: UpSettings): Program {
  const args = [...leanNode.madre, 'workers/main.ts', 'madre'];
  return { ...program('madre', process.execPath, args, settings, settings.env), channel: true };
}

/** The gateway, with the admin token. It gets only its own variables, so no provider's API key and no secret of a channel reaches it. */
export function gatewayProgram(settings: UpSettings, token: string): Program {
  const own = Object.keys(settings.env).filter((name) =>
    /^(VX11_(?!LLM_|NOTIFY_)|(TEMPORAL|NODE|OTEL|LC|MALLOC)_)/.test(name),
  );
  const env = { ...only(settings.env, ['HOME', 'PATH', 'TZ', 'LANG', ...own]), VX11_TOKEN: token };
  const args = [...leanNode.gateway, 'gateway/main.ts'];
  return { ...program('tentaculo_link', process.execPath, args, settings, env), channel: true };
}

function program(
  name: string,
  command: string,
  args: string[],
  { repository: cwd }: UpSettings,
  env: NodeJS.ProcessEnv,
): Program {
  return { name, command, args, env, cwd, channel: false };
}

const only = (env: NodeJS.ProcessEnv, names: string[]): NodeJS.ProcessEnv =>
  Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
