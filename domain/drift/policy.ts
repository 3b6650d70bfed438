import type { ComposeConfig } from '../../contracts/compose.ts';

const longest = 200;

/** Where addresses and names of accounts may be. */
const closed: ReadonlySet<string> = new Set(['notify']);

/**
 * The settings of `x-vx11` at the top and of services, as text by path. They are in no hash of Compose.
 * @param seal for the addresses that notifications go to
 */
export function leavesOf(
  config: Pick<ComposeConfig, 'x-vx11' | 'services'>,
  seal: (value: string) => string,
): Record<string, string> {
  const leaves: Record<string, string> = {};
  const add = (path: string, value: unknown, isClosed: boolean): void => {
    if (value === undefined || value === null) return;
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, below] of Object.entries(value))
        add(`${path}.${key}`, below, isClosed || closed.has(key));
      return;
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    leaves[path] = isClosed ? seal(text) : text.slice(0, longest);
  };
  add('x-vx11', config['x-vx11'], false);
  for (const [name, service] of Object.entries(config.services))
    add(`services.${name}.x-vx11`, service['x-vx11'], false);
  return leaves;
}
