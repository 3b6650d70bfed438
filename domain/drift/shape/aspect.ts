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

/** One part of a container's settings, read from the file and from the Engine in the same form. */
export interface Aspect {
  /** The keys of the file that it compares. */
  keys: readonly string[];
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
