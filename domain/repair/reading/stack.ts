import { readYaml, valueAt, type YamlSource } from '../../patches/yaml-document.ts';
import { isMapValue } from '../../patches/yaml-value.ts';
import type { Capture, ComposeService } from '../capture.ts';
import type { CapturedService } from '../captured-service.ts';

/** A capture with its compose files read. */
export interface Stack {
  capture: Capture;
  /** The documents of all compose files, in Compose's order. */
  sources: YamlSource[];
}

/** Every rule reads the same capture; its files are parsed once. */
const stacks = new WeakMap<Capture, Stack>();

export function readStack(capture: Capture): Stack {
  const stack = stacks.get(capture) ?? { capture, sources: sourcesOf(capture) };
  stacks.set(capture, stack);
  return stack;
}

const sourcesOf = ({ compose, files }: Capture): YamlSource[] =>
  compose.files.flatMap((path) => {
    const text = files.find((file) => file.path === path)?.text;
    return typeof text === 'string' ? readYaml({ path, text }) : [];
  });

/** A service as Compose reads it, or as the files say it where Compose refuses them. */
export function definitionOf({ capture, sources }: Stack, name: string): ComposeService {
  const read = capture.compose.services?.[name];
  if (read !== undefined) return read;
  const parts = sources.map(({ value }) => valueAt(value, ['services', name]));
  return Object.assign({}, ...parts.filter(isMapValue)) as ComposeService;
}

export function serviceNames({ capture, sources }: Stack): string[] {
  const written = sources.flatMap(({ value }) => keysOf(valueAt(value, ['services'])));
  const read = Object.keys(capture.compose.services ?? {});
  return [...new Set([...capture.services.map(({ name }) => name), ...read, ...written])];
}

export const serviceNamed = ({ capture }: Stack, name: string): CapturedService | null =>
  capture.services.find((service) => service.name === name) ?? null;

export const keysOf = (value: unknown): string[] => (isMapValue(value) ? Object.keys(value) : []);

/** The texts of a list, or the keys of a map: Compose takes both for dependencies, networks and the like. */
export const namesIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : keysOf(value);
