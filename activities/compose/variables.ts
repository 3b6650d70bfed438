import { parse, stringify } from 'yaml';
import type { ComposeCall } from './run.ts';

const limitMs = 30_000;

/**
 * Returns the values of environment variables for a stack: from the process, else from its `.env` files. To get
 * exactly Compose's interpretation of these files, it lets Compose interpolate a file that is never stored.
 * @returns a map without variables that are not set
 */
export async function variablesOf(
  names: readonly string[],
  call: Pick<ComposeCall, 'how' | 'on'>,
): Promise<Map<string, string>> {
  const { env } = call.how;
  const own = new Map(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
  const asked = names.filter((name) => !own.has(name));
  if (asked.length === 0) return own;
  const form = (mark: string) =>
    Object.fromEntries(asked.map((name) => [name, `\${${name}${mark}}`]));
  const file = { name: 'x', services: {}, 'x-values': form('-'), 'x-set': form('+set') };
  const text = await call.on(stringify(file), ['config'], limitMs).catch((error: Error) => {
    // without `cause`, which may contain values
    throw new Error(`the variables of the stack could not be read: ${error.message}`);
  });
  const read = parse(text) as Record<'x-values' | 'x-set', Record<string, string>>;
  const found = asked.filter((name) => read['x-set'][name] === 'set');
  // `docker compose config` doubles each `$`
  const value = (name: string): string =>
    String(read['x-values'][name]).replaceAll('$$', () => '$');
  return new Map([...own, ...found.map((name): [string, string] => [name, value(name)])]);
}
