import type { Edit, Operation } from '../../patches/edit.ts';
import {
  locate,
  sourceThatSets,
  type YamlPath,
  type YamlSource,
} from '../../patches/yaml-document.ts';
import { setValue } from '../../patches/yaml-ranges.ts';
import type { YamlValue } from '../../patches/yaml-value.ts';
import type { Fact } from '../finding.ts';
import { isMasked } from '../mask.ts';
import { assignmentsOf } from './env-file.ts';
import type { Stack } from './stack.ts';

/** Null for no edit, and for one that would write the mask of a secret into a file. */
export function asOperation(edit: Edit | null): Operation | null {
  if (edit === null) return null;
  const narrow = isMasked(edit.expected) ? narrowed(edit) : edit;
  return isMasked(narrow.text + narrow.expected) ? null : { kind: 'edit', ...narrow };
}

/** The part of an edit that differs, so that a secret beside it is neither read nor written. */
function narrowed({ path, start, end, expected, text }: Edit): Edit {
  const most = Math.min(expected.length, text.length);
  let before = 0;
  while (before < most && expected[before] === text[before]) before++;
  let behind = 0;
  while (behind < most - before && expected.at(-1 - behind) === text.at(-1 - behind)) behind++;
  return {
    path,
    start: start + before,
    end: end - behind,
    expected: expected.slice(before, expected.length - behind),
    text: text.slice(before, text.length - behind),
  };
}

/** The compose file that sets a value or, if none does, the one that says most of the way to it. */
export function sourceFor({ sources }: Stack, path: YamlPath): YamlSource | null {
  for (let length = path.length; length > 0; length--) {
    const source = sourceThatSets(sources, path.slice(0, length));
    if (source !== null) return source;
  }
  return null;
}

/** Sets a value in the compose file that it belongs to; null if that cannot be done by one range. */
export function setIn(stack: Stack, path: YamlPath, value: YamlValue): Operation | null {
  const source = sourceFor(stack, path);
  return asOperation(source === null ? null : setValue(source, path, value));
}

/**
 * Replaces a word in a value of a compose file. Where the value only names a variable of `.env`, the word is replaced
 * there. Null unless the word stands there exactly once.
 */
export function replaceWord(
  stack: Stack,
  source: YamlSource,
  path: YamlPath,
  [word, by]: readonly [string, string],
): Operation | null {
  const raw = locate(source, path)?.value;
  if (typeof raw !== 'string' && typeof raw !== 'number') return null;
  const replaced = replaceOnce(String(raw), word, by);
  if (replaced !== null) {
    return asOperation(
      setValue(source, path, typeof raw === 'number' ? Number(replaced) : replaced),
    );
  }
  const variables = new Set([...String(raw).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name));
  const file = stack.capture.files.find((one) => one.path === '.env');
  const [place, ...others] = assignmentsOf(file?.text ?? '').filter(
    ({ key, value }) => variables.has(key) && value === word,
  );
  if (file === undefined || place === undefined || others.length > 0) return null;
  const { start, end } = place;
  return { kind: 'edit', path: file.path, start, end, expected: word, text: by };
}

/** Replaces the one place of a word that is not part of a longer one; null for none or several. */
export function replaceOnce(text: string, word: string, by: string): string | null {
  const places = [...text.matchAll(wordPattern(word))];
  return places.length === 1
    ? text.slice(0, places[0]!.index) + by + text.slice(places[0]!.index + word.length)
    : null;
}

/** A word that is not part of a longer one; `-` goes before it in the default of a variable only. */
export const wordPattern = (word: string): RegExp =>
  new RegExp(`(?<![\\w.])(?<!(?<!:)-)${RegExp.escape(word)}(?![\\w-]|\\.\\w)`, 'g');

/** A line of a compose file, as a fact. */
export function composeFact({ sources }: Stack, path: YamlPath): Fact[] {
  const source = sourceThatSets(sources, path);
  if (source === null) return [];
  const { line } = locate(source, path)!;
  return [lineFact(source, line)];
}

/** A line of a file, as a fact. */
export const lineFact = ({ path, text }: { path: string; text: string }, line: number): Fact => ({
  text: (text.split(/\r?\n/)[line - 1] ?? '').trim(),
  source: { kind: 'file', path, line },
});

export const lineAt = (text: string, offset: number): number =>
  text.slice(0, offset).split('\n').length;
