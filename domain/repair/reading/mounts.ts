import { locate, type YamlPath, type YamlSource } from '../../patches/yaml-document.ts';
import type { Operation } from '../../patches/edit.ts';
import { isMapValue } from '../../patches/yaml-value.ts';
import type { CapturedService } from '../captured-service.ts';
import type { Fact } from '../finding.ts';
import { lineFact, setIn } from './changes.ts';
import { filledIn, splitColons } from './ports.ts';
import type { Stack } from './stack.ts';

/** One entry of `volumes:` of a service, as it is written. */
export interface WrittenMount {
  /** With variables filled in; null for an anonymous volume. */
  source: string | null;
  target: string;
  fact: Fact;
  setTarget: (target: string) => Operation | null;
}

export function writtenMounts(stack: Stack, service: string): WrittenMount[] {
  const path = ['services', service, 'volumes'];
  return stack.sources.flatMap((source) => {
    const list = locate(source, path)?.value;
    if (!Array.isArray(list)) return [];
    return list.map((entry: unknown, at) =>
      isMapValue(entry)
        ? longMount(stack, source, [...path, at], entry)
        : shortMount(stack, source, [...path, at], String(entry)),
    );
  });
}

function longMount(
  stack: Stack,
  source: YamlSource,
  path: YamlPath,
  entry: Record<string, unknown>,
): WrittenMount {
  return {
    source: typeof entry.source === 'string' ? filledIn(stack, entry.source) : null,
    target: filledIn(stack, String(entry.target)),
    fact: lineFact(source, locate(source, [...path, 'target'])?.line ?? locate(source, path)!.line),
    setTarget: (target) => setIn({ ...stack, sources: [source] }, [...path, 'target'], target),
  };
}

function shortMount(stack: Stack, source: YamlSource, path: YamlPath, raw: string): WrittenMount {
  const parts = splitColons(raw);
  const at = parts.length === 1 ? 0 : 1;
  return {
    source: at === 0 ? null : filledIn(stack, parts[0]!),
    target: filledIn(stack, parts[at]!),
    fact: lineFact(source, locate(source, path)!.line),
    setTarget: (target) =>
      setIn({ ...stack, sources: [source] }, path, parts.with(at, target).join(':')),
  };
}

type Mount = NonNullable<CapturedService['container']>['mounts'][number];

export const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** The mount that a path of the container is in: the one with the longest target. */
export const mountAt = (service: CapturedService, path: string): Mount | null =>
  (service.container?.mounts ?? [])
    .filter(({ target }) => isBelow(path, target))
    .toSorted((a, b) => b.target.length - a.target.length)[0] ?? null;
