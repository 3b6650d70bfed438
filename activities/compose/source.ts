import { existsSync } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { ComposeError } from './compose-error.ts';
import { readDotEnv, type Variables } from './dotenv.ts';

/** File names that Compose looks for, in order of precedence. */
const fileNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
/** The first of these that exists is read too, whatever the name of the main file. */
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** How to call Compose for the stack, and which files it reads first. */
export interface ComposeSource {
  /** Working directory of Compose. */
  folder: string;
  /** Empty if Compose finds its files by itself. */
  flags: string[];
  /** The compose files in merge order. */
  files: string[];
  /** Env files, including those that do not exist. */
  envFiles: string[];
  /** Files that are not read, but whose existence would change which files are. Most of them do not exist. */
  others: string[];
}

/**
 * Resolves VX11_COMPOSE_FILE: a compose file, a folder, or a list of files as in COMPOSE_FILE. A folder, or the file
 * that Compose would find by itself in its folder, is read as `docker compose` reads it there: with its override
 * file, and with COMPOSE_FILE from the environment or `.env`. Any other file or list is read as with `-f`.
 * @throws ComposeError with one sentence that describes the problem
 */
export async function findSource(named: string, env: Variables): Promise<ComposeSource> {
  const kind = await kindOf(named);
  if (kind === null) {
    const list = named.split(env['COMPOSE_PATH_SEPARATOR'] || delimiter).filter(Boolean);
    if (list.length > 1) return listed(list, env);
    refuseUnreadable(named, named);
    throw await missing(named);
  }
  if (kind === 'folder') return inFolder(resolve(named), env);
  const file = resolve(named);
  await readable(file);
  const own = await inFolder(dirname(file), env).catch(() => null);
  const found = await Promise.all((own?.files ?? []).map(real));
  // Compose also searches parent folders; only files in this folder count
  if (own !== null && found.includes(await real(file)) && dirname(own.files[0]!) === own.folder)
    return own;
  const names = [...fileNames, ...overrideNames].map((name) => join(dirname(file), name));
  return listed([file], env, [...names, ...(own?.files ?? [])]);
}

/** VX11_COMPOSE_FILE with absolute paths. */
export const absoluteNames = (named: string, env: Variables): string => {
  const separator = env['COMPOSE_PATH_SEPARATOR'] || delimiter;
  if (existsSync(named) || !named.includes(separator)) return resolve(named);
  const names = named.split(separator).filter(Boolean);
  return names.map((name) => resolve(name)).join(separator);
};

async function listed(
  list: string[],
  env: Variables,
  others: string[] = [],
): Promise<ComposeSource> {
  const files = list.map((file) => resolve(file));
  for (const [at, file] of files.entries()) {
    refuseUnreadable(list[at]!, 'VX11_COMPOSE_FILE');
    await readable(file);
  }
  const folder = dirname(files[0]!);
  const flags = files.flatMap((file) => ['-f', file]);
  return { folder, flags, files, envFiles: envFilesOf(folder, folder, env), others };
}

async function inFolder(folder: string, env: Variables): Promise<ComposeSource> {
  const all = { ...(await dotEnvOf(folder, env)), ...env };
  const list = all['COMPOSE_FILE'];
  if (list !== undefined) {
    const names = list.split(all['COMPOSE_PATH_SEPARATOR'] || delimiter);
    const files = names.map((name) => resolve(folder, name));
    for (const [at, file] of files.entries()) {
      refuseUnreadable(names[at]!, 'COMPOSE_FILE');
      await readable(file);
    }
    const envFiles = envFilesOf(folder, dirname(files[0]!), env);
    return { folder, flags: [], files, envFiles, others: [] };
  }
  const candidates: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    candidates.push(...[...fileNames, ...overrideNames].map((name) => join(at, name)));
    const there = await existing(fileNames, at);
    if (there.length > 0) {
      const files = [there[0]!, ...(await existing(overrideNames, at)).slice(0, 1)];
      const others = candidates.filter((name) => !files.includes(name));
      return { folder, flags: [], files, envFiles: envFilesOf(folder, at, env), others };
    }
    if (dirname(at) === at) break;
  }
  throw new ComposeError(
    `there is no compose file in ${folder}; set VX11_COMPOSE_FILE to the file, or put a compose.yaml there`,
  );
}

/** The profiles in COMPOSE_PROFILES, from the environment or `.env`. */
export async function profilesOf({ envFiles }: ComposeSource, env: Variables): Promise<string[]> {
  const all = { ...(await variablesIn(envFiles, env)), ...env };
  const names = (all['COMPOSE_PROFILES'] ?? '').split(',').map((name) => name.trim());
  return names.filter(Boolean);
}

const dotEnvOf = (folder: string, env: Variables): Promise<Variables> =>
  variablesIn(envFilesOf(folder, folder, env), env);

async function variablesIn(files: readonly string[], env: Variables): Promise<Variables> {
  let all: Variables = {};
  for (const file of files) all = { ...all, ...(await readDotEnv(file, { ...all, ...env })) };
  return all;
}

/**
 * The `.env` files of the working directory and the project folder, or the files that COMPOSE_ENV_FILES names
 * instead.
 */
function envFilesOf(folder: string, project: string, env: Variables): string[] {
  const named = (env['COMPOSE_ENV_FILES'] ?? '').split(',').filter(Boolean);
  if (named.length > 0) return named.map((name) => resolve(folder, name));
  if (/^(1|t|true)$/i.test(env['COMPOSE_DISABLE_ENV_FILE'] ?? '')) return [];
  return [...new Set([join(folder, '.env'), join(project, '.env')])];
}

const existing = async (names: string[], folder: string): Promise<string[]> => {
  const files = names.map((name) => join(folder, name));
  const kinds = await Promise.all(files.map(kindOf));
  return files.filter((_, at) => kinds[at] !== null);
};

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new ComposeError(`${path} cannot be read (${error.code}); let VX11's user read it`);
  });
  return found === null ? null : found.isDirectory() ? 'folder' : 'file';
}

async function readable(file: string): Promise<void> {
  const kind = await kindOf(file);
  if (kind === null) throw await missing(file);
  if (kind === 'folder')
    throw new ComposeError(`${file} is a folder where a compose file was named; name the file`);
  await access(file, constants.R_OK).catch(() => {
    throw new ComposeError(`${file} cannot be read; let VX11's user read it`);
  });
  if ((await stat(file)).size === 0)
    throw new ComposeError(`${file} is empty; a compose file names at least one service`);
}

async function missing(file: string): Promise<ComposeError> {
  const folder = dirname(resolve(file));
  const what =
    (await kindOf(folder)) === null
      ? `the folder ${folder} does not exist`
      : `${file} does not exist`;
  return new ComposeError(`${what}; set VX11_COMPOSE_FILE to the compose file of your stack`);
}

/** Refuses the standard input, which can be read only once, and remote files, which each read would fetch again. */
function refuseUnreadable(name: string, where: string): void {
  if (name === '-')
    throw new ComposeError(
      `${where} names the standard input, which VX11 cannot read again; name a file`,
    );
  if (!isAbsolute(name) && /^(oci|https?|git|ssh):\/\/|^git@|\.git(#|$)/.test(name))
    throw new ComposeError(
      `${name} is not on this machine, and VX11 reads only files that are; copy it here`,
    );
}

const real = (file: string): Promise<string> => realpath(file).catch(() => file);
