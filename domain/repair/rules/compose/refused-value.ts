import { locate, type YamlPath, type YamlSource } from '../../../patches/yaml-document.ts';
import {
  addColon,
  indentBelow,
  joinAssignments,
  pairsAsTexts,
  wrapInList,
} from '../../../patches/yaml-reshape.ts';
import type { Operation } from '../../../patches/edit.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineFact, replaceWord } from '../../reading/changes.ts';
import { keysAt } from '../../reading/compose-keys.ts';
import { nearest } from '../../reading/edit-distance.ts';
import { change, finding } from '../../reading/findings.ts';
import { readStack, type Stack } from '../../reading/stack.ts';

interface Refused {
  stack: Stack;
  source: YamlSource;
  path: YamlPath;
  value: unknown;
  line: number;
  /** The words that would be taken, where Compose names them. */
  known: string[];
}

/** How Compose refuses a value that it can read, and what is meant by it. */
const refusals: readonly { words: RegExp; mend: (one: Refused) => (Operation | null)[] | null }[] =
  [
    {
      words: /(?<place>[\w.[\]-]+) must be an? (?:array|list)/,
      mend: ({ source, path }) => wrapInList(source, path),
    },
    { words: /(?<place>[\w.[\]-]+) must be a mapping/, mend: asMap },
    {
      words: /(?<place>[\w.[\]-]+): unexpected type map\[/,
      mend: ({ source, path }) => joinAssignments(source, path.slice(0, -1)),
    },
    {
      words: /non-string key in (?<place>[\w.[\]-]+): /,
      mend: ({ source, path }) => pairsAsTexts(source, path),
    },
    {
      words: /(?<place>[\w.[\]-]+) (?:value )?must be one of (?<known>'[^']+'(?:, '[^']+')*)/,
      mend: asKnown,
    },
    {
      words: /'?(?<place>[\w.[\]-]+)'?:? time: (?:unknown unit|missing unit|invalid duration) /,
      mend: asDuration,
    },
  ];

/** 29: Compose reads a value and does not take it, and there is one way to write what is meant. */
export const refusedValue: Rule = (capture) => {
  const { error } = capture.compose;
  if (error === null) return [];
  const stack = readStack(capture);
  for (const { words, mend } of refusals) {
    const groups = words.exec(error)?.groups;
    if (groups === undefined) continue;
    const path = pathOf(groups['place']!);
    const known = [...(groups['known'] ?? '').matchAll(/'([^']+)'/g)].map(([, word]) => word!);
    const places = stack.sources.flatMap((source) => {
      const found = locate(source, path);
      return found?.own === true ? [{ stack, source, path, known, ...found }] : [];
    });
    const [one] = places;
    if (one !== undefined && places.length === 1) return [report(error, one, mend(one))];
  }
  return [];
};

function report(
  error: string,
  { source, path, line }: Refused,
  mended: (Operation | null)[] | null,
): Finding {
  const fact: Fact = { text: error, source: { kind: 'compose' } };
  const name = path.join('.');
  return finding(
    {
      class: 'config_syntax',
      service: path[0] === 'services' && path.length > 1 ? String(path[1]) : null,
      confidence: 0.9,
    },
    `Compose does not take the value of ${name} in this form`,
    [fact, lineFact(source, line)],
    change(mended ?? [null], `how ${name} is meant`),
  );
}

/** `services.web.environment.[0]`, `services[web].healthcheck.interval` */
const pathOf = (place: string): YamlPath =>
  place
    .replaceAll(/\[([^\]]+)\]/g, '.$1')
    .split('.')
    .filter((one) => one !== '')
    .map((one) => (/^\d+$/.test(one) ? Number(one) : one));

/** The keys that Compose knows at a place, whatever the service or network is called. */
const keysOf = (path: YamlPath): Set<string> =>
  new Set(keysAt(path.map((one, at) => (at === 1 ? 'x' : one)).join('.')));

/** What was meant to stand below an empty key stands beside it; or the colon of a key is missing. */
function asMap({ source, path, value }: Refused): Operation[] | null {
  if (typeof value === 'string') return addColon(source, path, keysOf(path));
  return value === null ? indentBelow(source, path, keysOf(path.slice(0, -1))) : null;
}

/** A word with a typo, of those that Compose names. */
function asKnown({
  stack,
  source,
  path,
  value,
  known: words,
}: Refused): (Operation | null)[] | null {
  const right = typeof value === 'string' ? nearest(value, words, 2) : null;
  return right === null ? null : [replaceWord(stack, source, path, [String(value), right])];
}

const units: readonly (readonly [RegExp, string])[] = [
  [/^(?:millis?|milliseconds?|msecs?)$/i, 'ms'],
  [/^(?:s|secs?|seconds?)$/i, 's'],
  [/^(?:mins?|minutes?)$/i, 'm'],
  [/^(?:hrs?|hours?)$/i, 'h'],
];

/** A unit in words. A number without one stays a question. */
function asDuration({ stack, source, path, value }: Refused): (Operation | null)[] | null {
  const [, count, word = ''] = /^(\d+)\s*([A-Za-z]+)$/.exec(String(value)) ?? [];
  const unit = units.find(([words]) => words.test(word))?.[1];
  if (count === undefined || unit === undefined) return null;
  return [replaceWord(stack, source, path, [String(value), `${count}${unit}`])];
}
