import type { Operation } from '../../patches/edit.ts';
import { locate, type YamlPath, type YamlSource } from '../../patches/yaml-document.ts';
import { isMapValue } from '../../patches/yaml-value.ts';
import type { Fact } from '../finding.ts';
import { lineFact, replaceWord, setIn } from './changes.ts';
import { assignmentsOf } from './env-file.ts';
import type { Stack } from './stack.ts';

/** One entry of `ports:`, as it is written. */
export interface PublishedPort {
  host_ip: string | null;
  /** Null if Docker chooses it. */
  published: number | null;
  target: number;
  fact: Fact;
  setPublished: (port: number) => Operation | null;
  setTarget: (port: number) => Operation | null;
}

/** The published ports of a service, without ranges. */
export function publishedPorts(stack: Stack, service: string): PublishedPort[] {
  const path = ['services', service, 'ports'];
  return stack.sources.flatMap((source) => {
    const list = locate(source, path)?.value;
    if (!Array.isArray(list)) return [];
    return list.flatMap((entry: unknown, at) => {
      const its = isMapValue(entry)
        ? longPort(stack, source, [...path, at], entry)
        : shortPort(stack, source, [...path, at], String(entry));
      return its === null ? [] : [its];
    });
  });
}

function longPort(
  stack: Stack,
  source: YamlSource,
  path: YamlPath,
  entry: Record<string, unknown>,
): PublishedPort | null {
  const read = (key: string): number => Number(filledIn(stack, String(entry[key])));
  const set = (key: string) => (port: number) =>
    replaceWord(stack, source, [...path, key], [String(read(key)), String(port)]);
  if (!Number.isInteger(read('target'))) return null;
  return {
    host_ip: typeof entry.host_ip === 'string' ? entry.host_ip : null,
    published: entry.published === undefined ? null : read('published'),
    target: read('target'),
    fact: lineFact(source, locate(source, [...path, 'target'])!.line),
    setPublished: set('published'),
    setTarget: set('target'),
  };
}

function shortPort(
  stack: Stack,
  source: YamlSource,
  path: YamlPath,
  raw: string,
): PublishedPort | null {
  const parts = splitColons(raw);
  const numbers = parts.map((part) => filledIn(stack, part).replace(/\/\w+$/, ''));
  const [target, published] = [numbers.at(-1)!, numbers.at(-2) ?? ''];
  if (!/^\d+$/.test(target) || !/^\d*$/.test(published)) return null;
  const set = (at: number, from: string) => (port: number) => {
    const part = parts.at(at)!;
    const changed = part.replace(from, String(port));
    if (changed === part) return replaceWord(stack, source, path, [from, String(port)]);
    const text = parts.with(at, changed).join(':');
    const isNumber = typeof locate(source, path)?.value === 'number';
    return setIn({ ...stack, sources: [source] }, path, isNumber ? Number(text) : text);
  };
  const host = numbers.slice(0, -2).join(':');
  return {
    host_ip: host === '' ? null : host,
    published: published === '' ? null : Number(published),
    target: Number(target),
    fact: lineFact(source, locate(source, path)!.line),
    setPublished: set(-2, published),
    setTarget: set(-1, target),
  };
}

/** Splits the short form of a port or a mount, leaving `${NAME:-default}` whole. */
export function splitColons(text: string): string[] {
  const parts = text.match(/(?:\$\{[^}]*\}|\[[^\]]*\]|[^:])+/g);
  return parts ?? [text];
}

/** A text with its variables filled in, by `.env` and their defaults. */
export function filledIn({ capture }: Stack, text: string): string {
  const set = assignmentsOf(capture.files.find(({ path }) => path === '.env')?.text ?? '');
  return text.replace(
    /\$\{(\w+)(?::?-([^}]*))?[^}]*\}|\$(\w+)/g,
    (_, braced: string | undefined, fallback: string | undefined, bare: string | undefined) => {
      const value = set.findLast(({ key }) => key === (braced ?? bare))?.value;
      return value === undefined || value === '' ? (fallback ?? '') : value;
    },
  );
}
