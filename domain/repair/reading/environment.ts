import { replaceAt, type Operation } from '../../patches/edit.ts';
import { locate, type YamlPath, type YamlSource } from '../../patches/yaml-document.ts';
import { appendItem, renameKey, setValue } from '../../patches/yaml-ranges.ts';
import { isMapValue, scalarText } from '../../patches/yaml-value.ts';
import type { Fact } from '../finding.ts';
import { asOperation, lineFact, replaceWord, setIn, sourceFor } from './changes.ts';
import { assignmentsOf } from './env-file.ts';
import type { Stack } from './stack.ts';

/** A variable of a service, where it is set, and how to change a word of its value. */
export interface Variable {
  key: string;
  /** As it is written, before Compose fills in its own variables; null if it is passed on from outside. */
  raw: string | null;
  fact: Fact;
  replace: (word: string, by: string) => Operation | null;
  rename: (key: string) => Operation | null;
}

/** The variables of a service: of its compose files, the later ones first, then of its env files. */
export function variablesOf(stack: Stack, service: string): Variable[] {
  const path = ['services', service, 'environment'];
  const written = stack.sources.toReversed().flatMap((source) => {
    const value = locate(source, path)?.value;
    if (Array.isArray(value))
      return value.map((item, at) => {
        const [key, ...rest] = String(item).split('=');
        return variable(
          stack,
          source,
          [...path, at],
          key!,
          rest.length === 0 ? null : rest.join('='),
        );
      });
    return isMapValue(value)
      ? Object.entries(value).map(([key, one]) =>
          variable(stack, source, [...path, key], key, one === null ? null : scalarText(one)),
        )
      : [];
  });
  const all = [...written, ...fromEnvFiles(stack, service)];
  return all.filter(({ key }, at) => all.findIndex((other) => other.key === key) === at);
}

function variable(
  stack: Stack,
  source: YamlSource,
  path: YamlPath,
  key: string,
  raw: string | null,
): Variable {
  return {
    key,
    raw,
    fact: lineFact(source, locate(source, path)!.line),
    replace: (word, by) => replaceWord(stack, source, path, [word, by]),
    rename: (to) =>
      typeof path.at(-1) === 'number'
        ? asOperation(setValue(source, path, raw === null ? to : `${to}=${raw}`))
        : asOperation(renameKey(source, path, to)),
  };
}

/** The env files that a service names, relative to the stack's folder. */
export function envFilesOf({ sources }: Stack, service: string): string[] {
  const lists = sources.flatMap((source) => {
    const value = locate(source, ['services', service, 'env_file'])?.value;
    return Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
  });
  return lists
    .map((one) => String(isMapValue(one) ? one.path : one).replace(/^\.\//, ''))
    .toReversed();
}

function fromEnvFiles(stack: Stack, service: string): Variable[] {
  return envFilesOf(stack, service).flatMap((path) => {
    const file = stack.capture.files.find((one) => one.path === path);
    const text = file?.text ?? '';
    return assignmentsOf(text).map(({ key, value, line, start, end }) => ({
      key,
      raw: value,
      fact: lineFact({ path, text }, line),
      rename: (to: string): Operation => {
        const at = text.lastIndexOf(key, start);
        return replaceAt(path, at, key, to);
      },
      replace: (word: string, by: string): Operation | null => {
        const at = value.indexOf(word);
        if (at === -1 || value.lastIndexOf(word) !== at) return null;
        const changed = value.replace(word, () => by);
        return asOperation({ path, start, end, expected: value, text: changed });
      },
    }));
  });
}

/** Sets a variable of a service, in the form that its environment has. */
export function setVariable(
  stack: Stack,
  service: string,
  [key, value]: readonly [string, string],
): Operation | null {
  const path = ['services', service, 'environment'];
  const source = sourceFor(stack, path);
  const list = source === null ? undefined : locate(source, path)?.value;
  if (source === null || !Array.isArray(list)) return setIn(stack, [...path, key], value);
  const at = list.findIndex((item) => String(item).split('=')[0] === key);
  if (at !== -1) return setIn(stack, [...path, at], `${key}=${value}`);
  return asOperation(appendItem(source, path, `${key}=${value}`));
}
