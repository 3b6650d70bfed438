import { parseBytes } from '../../services/compose-units.ts';
import { mapOf, textOf, weakening, type Weakening } from './word.ts';

/** The most that a limit may grow by in one patch: a rule doubles it. */
const mostGrowth = 2.05;

const paths: readonly (readonly [string, readonly string[]])[] = [
  ['memory', ['mem_limit']],
  ['memory', ['deploy', 'resources', 'limits', 'memory']],
  ['CPU', ['cpus']],
  ['CPU', ['deploy', 'resources', 'limits', 'cpus']],
  ['process', ['pids_limit']],
  ['process', ['deploy', 'resources', 'limits', 'pids']],
  ['swap', ['memswap_limit']],
  ['file', ['ulimits', 'nofile']],
];

export function limitWeakenings(
  name: string,
  was: Record<string, unknown>,
  is: Record<string, unknown>,
): Weakening[] {
  const kinds = [...new Set(paths.map(([kind]) => kind))];
  return kinds.flatMap((kind) => {
    const own = paths.filter(([one]) => one === kind).map(([, path]) => path);
    const [old, now] = [leastOf(was, own), leastOf(is, own)];
    if (old === null || old === now) return [];
    if (now === null) return [weakening('limit_removed', name, `its ${kind} limit is gone`)];
    return now > old * mostGrowth
      ? [weakening('limit_raised', name, `its ${kind} limit is more than doubled`)]
      : [];
  });
}

/** The limit that counts; null if there is none. Zero and less mean none. */
function leastOf(
  service: Record<string, unknown>,
  own: readonly (readonly string[])[],
): number | null {
  const values = own
    .map((path) => path.reduce<unknown>((part, key) => mapOf(part)[key], service))
    .map((value) => (typeof value === 'object' ? mapOf(value)['hard'] : value))
    .map((value) => parseBytes(textOf(value)))
    .filter((value) => value !== null && value > 0);
  const numbers = own
    .map((path) => path.reduce<unknown>((part, key) => mapOf(part)[key], service))
    .map(Number)
    .filter((value) => value > 0 && value < 1);
  const all = [...values, ...numbers].filter((value) => value !== null);
  return all.length === 0 ? null : Math.min(...all);
}
