import type { ConfigChange } from '../../../contracts/patch.ts';
import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import { isEqual } from '../yaml-document.ts';
import { scalarText } from '../yaml-value.ts';

type Json = ConfigChange['before'];

/** Each leaf in which two outputs of `docker compose config --format json` differ. A list is one leaf. */
export function configDifference(before: unknown, after: unknown): ConfigChange[] {
  return differences([], before, after).toSorted((one, other) =>
    one.path.join('\n') < other.path.join('\n') ? -1 : 1,
  );
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (map: object): boolean => Object.keys(map).length === 0;

function below(
  path: string[],
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): ConfigChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => {
    const [own, old, now] = [[...path, key], before[key], after[key]];
    // a key that comes or goes without a value is a difference, too: it may be a network
    if (now === null && !(key in before)) return [{ path: own, before: null, after: {} }];
    if (old === null && !(key in after)) return [{ path: own, before: {}, after: null }];
    return differences(own, old, now);
  });
}

function differences(path: string[], before: unknown, after: unknown): ConfigChange[] {
  if (isMap(before) && isMap(after)) return below(path, before, after);
  const [old, now] = [(before ?? null) as Json, (after ?? null) as Json];
  // a map that comes or goes whole is a difference in each of its keys
  if (old === null && isMap(after) && !isEmpty(after)) return below(path, {}, after);
  if (now === null && isMap(before) && !isEmpty(before)) return below(path, before, {});
  return isEqual(old, now) ? [] : [{ path, before: old, after: now }];
}

/**
 * Holds what Compose makes of the changed files against what the operations say. This finds edits of a value that others
 * share, wrong indents, wrong types, and values that Compose reads otherwise.
 * @returns what is not as the operations say; null if the difference is exactly theirs
 */
export function unexplained(
  operations: readonly PatchOperation[],
  changes: readonly ConfigChange[],
): string | null {
  const effects = operations.flatMap((one) => ('effects' in one ? one.effects : []));
  for (const change of changes) {
    const { path, after } = change;
    const own = effects.find((effect) => isWithin(path, effect.path));
    if (own === undefined && isListed(change, changes)) continue;
    if (own === undefined) return `${path.join('.')} would change too`;
    const wanted = within(own.value, path.slice(own.path.length));
    if (!isSame(wanted, after))
      return `${path.join('.')} would be read as ${shown(after)} and not as ${shown(wanted)}`;
  }
  const idle = effects.find(({ path }) => !changes.some((change) => isWithin(change.path, path)));
  return idle === undefined ? null : `${idle.path.join('.')} would stay as it is`;
}

/** Compose prints a network only while a service is on it, so it comes and goes with the first and the last one. */
function isListed(
  { path, before, after }: ConfigChange,
  changes: readonly ConfigChange[],
): boolean {
  const [top, network] = path;
  if (top !== 'networks' || (before !== null && after !== null)) return false;
  return changes.some(
    (one) =>
      one.path[0] === 'services' &&
      one.path[2] === 'networks' &&
      one.path[3] === network &&
      (after === null ? one.after === null : one.before === null),
  );
}

const isWithin = (path: readonly string[], above: readonly string[]): boolean =>
  above.every((key, at) => path[at] === key);

/** What a value has at a place below it; null where there is nothing. */
const within = (value: Json, path: readonly string[]): unknown =>
  path.reduce<unknown>((one, key) => (isMap(one) ? one[key] : null), value) ?? null;

/** Compose prints numbers as texts in some places. */
const isSame = (one: unknown, other: unknown): boolean =>
  isEqual(one, other) || (scalarText(one) !== '' && scalarText(one) === scalarText(other));

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'null').slice(0, 200);
