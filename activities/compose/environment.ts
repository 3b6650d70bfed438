import { readFile } from 'node:fs/promises';

/** Keys of language models: VX11's own, as are all that begin with the names below. */
const keys = new Set(['DEEPSEEK_API_KEY', 'DEEPSEEK_API_TOKEN', 'ANTHROPIC_API_KEY']);
const isOwn = (name: string): boolean => /^(VX11|TEMPORAL)_/.test(name) || keys.has(name);

/** What npm and VX11's supervisor add for their own processes, which a stack would not find in the user's shell. */
const isOfStart = (name: string): boolean =>
  /^(npm_|MALLOC_)/.test(name) || name === 'INIT_CWD' || name === 'NODE_COMPILE_CACHE';

/**
 * The environment in which Compose reads a stack: the user's, with what Docker itself is set by. VX11's own secrets and
 * settings are in it only where a file of the stack names them.
 * @param files that may name them; one that cannot be read names nothing
 */
export async function environmentFor(
  env: NodeJS.ProcessEnv,
  files: readonly string[],
): Promise<NodeJS.ProcessEnv> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const named = new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []));
  const isPassed = (name: string): boolean => named.has(name) || !(isOwn(name) || isOfStart(name));
  return Object.fromEntries(Object.entries(env).filter(([name]) => isPassed(name)));
}
