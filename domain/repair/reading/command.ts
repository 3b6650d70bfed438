import { locate, type YamlPath, type YamlSource } from '../../patches/yaml-document.ts';
import type { Fact } from '../finding.ts';
import { lineFact } from './changes.ts';
import type { Stack } from './stack.ts';

/** One text of a command: the whole of it, or one item of a list. */
export interface Part {
  text: string;
  source: YamlSource;
  path: YamlPath;
  fact: Fact;
}

/** The texts under a key of a service, of the compose file that decides it. */
export function partsOf(stack: Stack, service: string, ...keys: string[]): Part[] {
  const path = ['services', service, ...keys];
  for (const source of stack.sources.toReversed()) {
    const found = locate(source, path);
    if (found === null) continue;
    const part = (at: YamlPath, value: unknown): Part => ({
      text: String(value),
      source,
      path: at,
      fact: lineFact(source, locate(source, at)!.line),
    });
    if (Array.isArray(found.value))
      return found.value.map((item, index) => part([...path, index], item));
    return found.value === null ? [] : [part(path, found.value)];
  }
  return [];
}

export const commandParts = (stack: Stack, service: string): Part[] => [
  ...partsOf(stack, service, 'entrypoint'),
  ...partsOf(stack, service, 'command'),
];
