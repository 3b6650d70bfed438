import type { Declared, DeclaredStack } from '../readout.ts';
import { mapOf, textOf, type Leaf } from './aspect.ts';
import { aspects } from './differences.ts';

/** What of a service is in no container's definition, or is read from the file at each start and stop of a container. */
const ofNoContainer: readonly RegExp[] = [
  /^(build|pull_policy|scale|depends_on|profiles|restart|post_start|pre_stop)\b/,
  /^deploy\.(replicas|restart_policy\b)/,
  /^x-/,
];

/** `*` is one key, `**` any, and `[]` an entry of a list. */
const matcher = (pattern: string): RegExp => {
  const text = RegExp.escape(pattern).replaceAll('\\*\\*', '.+').replaceAll('\\*', '[^.]+');
  return new RegExp(`^${text}$`, 's');
};
const places = aspects.map((aspect) => ({
  aspect,
  compares: aspect.compares.map(matcher),
  follows: (aspect.follows ?? []).map(matcher),
}));

/** A value of a definition that the comparison with a container does not see, or not from both sides. */
export interface Unseen {
  path: string;
  value: Leaf['value'];
  /** It is compared as long as the file has it. */
  followed: boolean;
}

/** Everything of a service that the comparison with its containers may miss. */
export const unseenIn = (declared: Declared, stack: DeclaredStack): Unseen[] =>
  leavesOf(declared).flatMap((leaf): Unseen[] => {
    const { path, place, value } = leaf;
    if (ofNoContainer.some((one) => one.test(place))) return [];
    const has = (list: readonly RegExp[]): boolean => list.some((one) => one.test(place));
    const isCompared = places.some(
      ({ aspect, compares }) => has(compares) && aspect.overlooks?.(leaf, declared, stack) !== true,
    );
    if (isCompared) return [];
    return [{ path, value, followed: places.some(({ follows }) => has(follows)) }];
  });

/** The values of a service; a list's entry is named by its target or source. */
const leavesOf = (declared: Declared): Leaf[] =>
  below(declared, { path: '', place: '', entry: {} });

function below(value: unknown, at: Omit<Leaf, 'value'>): Leaf[] {
  if (Array.isArray(value))
    return value.flatMap((entry: unknown) => {
      const own = mapOf(entry);
      const name = textOf(own['target']) || textOf(own['source']);
      return below(entry, { path: `${at.path}[${name}]`, place: `${at.place}[]`, entry: own });
    });
  if (typeof value === 'object' && value !== null) {
    const under = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
    return Object.entries(value).flatMap(([key, one]) =>
      below(one, { path: under(at.path, key), place: under(at.place, key), entry: at.entry }),
    );
  }
  return [{ ...at, value: value as Leaf['value'] }];
}
