import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';

const run = promisify(execFile);
const limitMs = 30_000;

/** How Compose is called for a stack. */
interface ComposeCall {
  command: string;
  first: string[];
  /** The stack's folder, where its `.env` is. */
  folder: string;
  env: NodeJS.ProcessEnv;
}

/**
 * The values that environment variables have for a stack: those of the process, else those of its `.env` files. Only
 * Compose reads these as Compose does, so it fills in a file that is never written anywhere.
 * @returns without those that are not set
 */
export async function variablesOf(
  names: readonly string[],
  { command, first, folder, env }: ComposeCall,
): Promise<Map<string, string>> {
  const own = new Map(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
  const asked = names.filter((name) => !own.has(name));
  if (asked.length === 0) return own;
  const form = (mark: string) =>
    Object.fromEntries(asked.map((name) => [name, `\${${name}${mark}}`]));
  const file = { name: 'x', services: {}, 'x-values': form('-'), 'x-set': form('+set') };
  const args = [...first, '--project-directory', folder, '-f', '-', 'config'];
  const running = run(command, args, { cwd: folder, env, timeout: limitMs, killSignal: 'SIGKILL' });
  running.child.stdin?.on('error', () => undefined); // one that ended early says why itself
  running.child.stdin?.end(stringify(file));
  const { stdout } = await running.catch((error: { stderr?: string }) => {
    // without its cause, which may have values in it
    throw new Error(`the variables of the stack could not be read: ${error.stderr?.trim() ?? ''}`);
  });
  const read = parse(stdout) as Record<'x-values' | 'x-set', Record<string, string>>;
  const found = asked.filter((name) => read['x-set'][name] === 'set');
  // `docker compose config` doubles each `$`
  const value = (name: string): string =>
    String(read['x-values'][name]).replaceAll('$$', () => '$');
  return new Map([...own, ...found.map((name): [string, string] => [name, value(name)])]);
}
