import type { Declared, DeclaredStack, ImageConfig, Inspected } from '../readout.ts';

/** Settings of a container by their path below the service, such as `environment.MODE`; what is not set has no entry. */
export type Leaves = Record<string, string>;

/** One container beside its service in the file. */
export interface Pair {
  /** The service's name. */
  name: string;
  declared: Declared;
  stack: DeclaredStack;
  container: Inspected;
  /** What the container's own image says, which counts where the file is silent. */
  image: ImageConfig;
  /** Makes of a value a text that shows only whether two values are equal. */
  seal: (value: string) => string;
  /** A container of another namespace as the file names it, such as `service:vpn`; null if there is no such container. */
  sharedWith: (id: string) => string | null;
}

/** One value of a service's definition. */
export interface Leaf {
  /** Below the service, such as `healthcheck.interval` or `volumes[/data].read_only`. */
  path: string;
  /** The same without the name of a list's entry: `volumes[].read_only`. */
  place: string;
  value: string | number | boolean | null;
  /** The entry of a list that it is of; empty if it is of none. */
  entry: Readonly<Record<string, unknown>>;
}

/** One part of a container's settings, read from the file and from the Engine in the same form. */
export interface Aspect {
  /** The values of the file that it compares; `*` is one key, `**` any, and `[]` an entry of a list. */
  compares: readonly string[];
  /** Those that it compares as long as the file has them: `remainsIn` sees what the container keeps of one that is gone. */
  follows?: readonly string[];
  /** Of both, what it does not compare after all. */
  overlooks?(leaf: Leaf, declared: Declared, stack: DeclaredStack): boolean;
  expected(pair: Pair): Leaves;
  actual(pair: Pair): Leaves;
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const mapOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** A scalar as text; empty where there is none. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';

/** Leaves without those that are not set. */
export const setOnly = (leaves: Readonly<Record<string, string>>): Leaves =>
  Object.fromEntries(Object.entries(leaves).filter(([, text]) => text !== ''));

/** A leaf for each entry of a list whose order does not count. */
export const eachOf = (key: string, entries: readonly string[]): Leaves =>
  Object.fromEntries(entries.map((entry) => [`${key}.${entry}`, 'set']));
