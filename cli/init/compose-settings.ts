import { mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { absoluteNames, findSource } from '../../activities/compose/source.ts';
import { envVariables, settingErrors } from '../../contracts/env.ts';
import { engineSockets, usableSocket } from '../../platform/engine-address.mjs';
import { idInContainers } from '../../platform/user-in-containers.ts';
import { internalKey } from '../../platform/internal-key.ts';
import { openHome } from '../up/home.ts';
import { temporalArguments } from '../up/temporal/arguments.ts';
import { adminToken } from '../up/token-file.ts';

/** What the file says; texts are quoted for YAML and Compose. */
export interface ComposeSettings {
  image: string;
  home: string;
  host: string;
  port: number;
  socket: string;
  /** The group of the socket; a variable, because inside another container it cannot be seen. */
  group: string;
  /** Who runs VX11: the owner of its home, as containers know them. */
  user: string;
  isRoot: boolean;
  stack: { named: string; folders: string[] };
  store: string;
  tokens: string;
  madreEnv: string;
  guardFolder: string;
  /** Kept in the home, since everything else in a container is lost with it. */
  compileCache: string;
  temporal: string[];
}

const variables = z.object({
  VX11_PORT: envVariables.VX11_PORT,
  VX11_HOST: envVariables.VX11_HOST.default('local'),
  VX11_COMPLETE_IMAGE: envVariables.VX11_COMPLETE_IMAGE,
});

/** A text in YAML, in which Compose expands no variable. */
export const quoted = (text: string): string => JSON.stringify(text.replaceAll('$', '$$$$'));

/** A bind mount under the same path. A path with a colon would be two paths in the short form. */
export const mount = (path: string, mode: 'ro' | 'rw' = 'rw'): string =>
  `{ type: bind, source: ${path}, target: ${path}${mode === 'ro' ? ', read_only: true' : ''} }`;

/**
 * Reads what the file has to say about this machine. The stack is VX11_COMPOSE_FILE, or else that of the current folder.
 * @param home the folder of VX11, absolute
 * @throws Error with one sentence: a wrong variable, no stack, an Engine that VX11 cannot use
 */
export async function composeSettings(
  env: NodeJS.ProcessEnv,
  home: string,
): Promise<ComposeSettings> {
  const parsed = variables.safeParse(env);
  if (!parsed.success) throw new Error(settingErrors(parsed.error, env));
  const named = absoluteNames(env['VX11_COMPOSE_FILE'] || '.', env);
  const source = await findSource(named, env);
  const folders = new Set([source.folder, ...source.files.map((file) => dirname(resolve(file)))]);
  const { sockets } = engineSockets(env, homedir());
  const socket = usableSocket(sockets);
  const { uid = 1000, gid = 1000 } = found(home) ?? {
    uid: process.getuid?.(),
    gid: process.getgid?.(),
  };
  const inside = (id: number): number => idInContainers(socket, uid, id);
  const file = '/var/lib/temporal/temporal.db';
  return {
    image: quoted(parsed.data.VX11_COMPLETE_IMAGE),
    home: quoted(home),
    host: quoted(parsed.data.VX11_HOST),
    port: parsed.data.VX11_PORT,
    socket: quoted(socket),
    group: `'\${VX11_DOCKER_GROUP:-${inside(found(socket)?.gid ?? 0)}}'`,
    user: `'${inside(uid)}:${inside(gid)}'`,
    isRoot: inside(uid) === 0,
    stack: { named: quoted(named), folders: [...folders].map(quoted) },
    store: quoted(`sqlite:${join(home, 'vx11.db')}`),
    tokens: quoted(join(home, 'tokens.env')),
    madreEnv: quoted(join(home, 'madre.env')),
    guardFolder: quoted(join(home, 'guard')),
    compileCache: quoted(join(home, 'compile-cache')),
    temporal: [
      'temporal',
      ...temporalArguments({ host: '0.0.0.0', port: 7233, uiPort: null, file }),
    ],
  };
}

const found = (path: string): { uid: number; gid: number } | undefined =>
  statSync(path, { throwIfNoEntry: false });

/**
 * Creates the home with its token and key, so that every container finds the same ones. Returns the token's file.
 * @throws HomeUnusable
 */
export function prepareHome(home: string): string {
  openHome(home);
  // otherwise the Engine would create this folder, for root
  mkdirSync(join(home, 'guard'), { recursive: true, mode: 0o700 });
  internalKey(undefined, home);
  return adminToken(home, undefined).file!;
}
