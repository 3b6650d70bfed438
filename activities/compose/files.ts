import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { interpolate, readDotEnv, type Variables } from './dotenv.ts';
import type { ComposeSource } from './source.ts';

/** Absolute paths of the files that the stack is read from, whether they exist or not. */
export interface ReadFiles {
  /** Compose files, including those that they include or extend at any depth. */
  compose: string[];
  /** Env files and label files. */
  values: string[];
  /** At least one service has a label file. */
  labels: boolean;
  /** At least one included project has its own variables. */
  includesVariables: boolean;
}

/** A reference in a compose file, as written there. */
type Reference =
  | { kind: 'include'; paths: string[]; envFiles: string[] | null; folder: string | null }
  | { kind: 'extends'; path: string }
  | { kind: 'values'; path: string }
  | { kind: 'labels'; path: string };

/**
 * Finds the files that the compose files name in `include`, `extends`, `env_file` and `label_file`, at any depth: the
 * stack changes when one of them changes or appears. A path that was resolved against the wrong folder does no harm,
 * since the files are only watched; Compose decides what they mean.
 */
export async function readFilesOf(source: ComposeSource, env: Variables): Promise<ReadFiles> {
  const found = {
    compose: new Set<string>(),
    values: new Set(source.envFiles),
    own: false,
    labels: false,
  };
  const project = dirname(source.files[0]!);
  let variables = env;
  for (const file of source.envFiles)
    variables = { ...(await readDotEnv(file, variables)), ...variables };
  for (const file of source.files) await follow(file, project, variables, found);
  return {
    compose: [...found.compose],
    values: [...found.values],
    labels: found.labels,
    includesVariables: found.own,
  };
}

interface Found {
  compose: Set<string>;
  values: Set<string>;
  own: boolean;
  labels: boolean;
}

/** @param folder the folder that relative paths in the file refer to */
async function follow(
  file: string,
  folder: string,
  variables: Variables,
  found: Found,
): Promise<void> {
  if (found.compose.has(file)) return;
  found.compose.add(file);
  const pathOf = (name: string, from = folder): string =>
    resolve(from, interpolate(name, variables));
  for (const reference of await referencesIn(file)) {
    if (reference.kind === 'values' || reference.kind === 'labels') {
      found.values.add(pathOf(reference.path));
      found.labels ||= reference.kind === 'labels';
    } else if (reference.kind === 'extends') {
      const path = pathOf(reference.path);
      await follow(path, dirname(path), variables, found);
    } else {
      const paths = reference.paths.map((name) => pathOf(name));
      if (paths[0] === undefined) continue;
      const inner = reference.folder === null ? dirname(paths[0]) : pathOf(reference.folder);
      const envFiles = reference.envFiles?.map((name) => pathOf(name)) ?? [join(inner, '.env')];
      let own = variables;
      for (const name of envFiles) {
        if (!found.values.has(name)) found.own ||= await exists(name);
        found.values.add(name);
        own = { ...(await readDotEnv(name, own)), ...own };
      }
      for (const path of paths) await follow(path, inner, own, found);
    }
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

const cache = new Map<string, { mtimeMs: number; size: number; references: Reference[] }>();

async function referencesIn(file: string): Promise<Reference[]> {
  try {
    const { mtimeMs, size } = await stat(file);
    const known = cache.get(file);
    if (known?.mtimeMs === mtimeMs && known.size === size) return known.references;
    const references: Reference[] = [];
    for (const document of parseAllDocuments(await readFile(file, 'utf8'), { logLevel: 'error' }))
      if ('toJS' in document) collect(document.toJS({ maxAliasCount: -1 }), references);
    cache.set(file, { mtimeMs, size, references });
    return references;
  } catch {
    return []; // Compose reports what is wrong with it
  }
}

function collect(node: unknown, references: Reference[]): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    const kind = key === 'env_file' ? 'values' : 'labels';
    if (key === 'env_file' || key === 'label_file')
      references.push(...pathsIn(value).map((path) => ({ kind, path }) as const));
    else if (key === 'include') references.push(...includesIn(value));
    else if (key === 'extends')
      references.push(
        ...pathsIn((value as { file?: unknown } | null)?.file).map(
          (path) => ({ kind: 'extends', path }) as const,
        ),
      );
    else collect(value, references);
  }
}

function includesIn(value: unknown): Reference[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) => {
    const long = (typeof item === 'object' && item !== null ? item : { path: item }) as {
      path?: unknown;
      env_file?: unknown;
      project_directory?: unknown;
    };
    const envFiles = pathsIn(long.env_file);
    const [folder = null] = pathsIn(long.project_directory);
    const own = envFiles.length > 0 ? envFiles : null;
    return { kind: 'include', paths: pathsIn(long.path), envFiles: own, folder } as const;
  });
}

/** Accepts a path, an object with a path, or a list of these. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(pathsIn);
  return typeof value === 'object' && value !== null
    ? pathsIn((value as { path?: unknown }).path)
    : [];
}
