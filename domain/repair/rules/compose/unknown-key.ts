import { locate, valueAt, type YamlPath, type YamlSource } from '../../../patches/yaml-document.ts';
import { renameKey } from '../../../patches/yaml-ranges.ts';
import { isMapValue } from '../../../patches/yaml-value.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { asOperation, lineFact } from '../../reading/changes.ts';
import { keysAt } from '../../reading/compose-keys.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { change, finding } from '../../reading/findings.ts';
import { readStack } from '../../reading/stack.ts';

/** Compose's words, new and old; the places of lists have their index behind a dot or in brackets. */
const refusal =
  /(?:^|[\s:])(?<place>\(root\)|[\w.[\]-]+)?:?\s*[Aa]dditional propert(?:y|ies) (?<keys>'?[\w.-]+'?(?:, '?[\w.-]+'?)*) (?:is|are)? ?not allowed/;

/** 21: Compose does not know a key. The nearest one that it knows there, and that is not set, takes its place. */
export const unknownKey: Rule = (capture) => {
  const { error } = capture.compose;
  const match = error === null ? null : refusal.exec(error);
  if (match === null) return [];
  const fact: Fact = { text: error!, source: { kind: 'compose' } };
  const said = match.groups!['place'] ?? '(root)';
  const place = said === '(root)' || said === '' ? '' : said.replaceAll(/\[(\d+)\]/g, '.$1');
  const keys = match.groups!['keys']!.split(',').map((one) => one.replaceAll(/['\s]/g, ''));
  const stack = readStack(capture);
  return keys.flatMap((key) =>
    stack.sources.flatMap((source) => {
      const path = pathOf(place, source);
      const map = valueAt(source.value, path);
      return isMapValue(map) && Object.hasOwn(map, key)
        ? [renamed(source, path, key, fact, map)]
        : [];
    }),
  );
};

/** The path of a place: names of services and networks may have dots. */
function pathOf(place: string, { value }: YamlSource): YamlPath {
  const parts = place === '' ? [] : place.split('.');
  const path: (string | number)[] = [];
  let part = value;
  while (parts.length > 0) {
    const count =
      parts.findIndex(
        (_, at) => valueAt(part, [keyAt(part, parts.slice(0, at + 1))]) !== undefined,
      ) + 1;
    const key = keyAt(part, parts.splice(0, Math.max(count, 1)));
    path.push(key);
    part = valueAt(part, [key]);
  }
  return path;
}

const keyAt = (part: unknown, names: readonly string[]): string | number =>
  Array.isArray(part) ? Number(names[0]) : names.join('.');

function renamed(
  source: YamlSource,
  path: YamlPath,
  key: string,
  fact: Fact,
  map: object,
): Finding {
  const service = path[0] === 'services' && path.length > 1 ? String(path[1]) : null;
  const where = path
    .map((one) => (path[0] === 'services' && one === path[1] ? 'x' : one))
    .join('.');
  const known = keysAt(where).filter((one) => !Object.hasOwn(map, one));
  const lower = key.toLowerCase().replaceAll('-', '_');
  const right = known.includes(lower) ? lower : nearest(lower, known, key.length > 8 ? 3 : 2);
  const line = locate(source, [...path, key])!.line;
  const facts = [fact, lineFact(source, line)];
  const of = { class: 'unknown_key' as const, service };
  const cause = `Compose knows no key ${key}${path.length === 0 ? '' : ` in ${path.join('.')}`}`;
  const what = `the key that ${key} stands for`;
  return right === null
    ? finding({ ...of, confidence: 0.9 }, cause, facts, { kind: 'needs_value', what })
    : finding(
        { ...of, confidence: 0.95 },
        `${cause}, but ${right}`,
        facts,
        change([asOperation(renameKey(source, [...path, key], right))], what),
      );
}
