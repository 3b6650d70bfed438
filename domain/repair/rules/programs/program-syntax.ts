import { replaceAt } from '../../../patches/edit.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Finding, Rule } from '../../finding.ts';
import { lineFact } from '../../reading/changes.ts';
import { finding } from '../../reading/findings.ts';
import { logLines, type Line } from '../../reading/lines.ts';
import { offsetOf, tracedIn, type Traced } from '../../reading/program-files.ts';
import { readStack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** A line as it should be; null where it cannot be known. */
type Mended = (line: string, before: readonly string[]) => string | null;

/** The errors of parsers that say what is missing. */
const errors: readonly (readonly [RegExp, Mended])[] = [
  [/SyntaxError: expected ':'/, withColon],
  [/SyntaxError: missing \) after argument list/, (line) => withBracket(line, '(', ')')],
  [/SyntaxError: '\(' was never closed/, (line) => withBracket(line, '(', ')')],
  [/SyntaxError: '\[' was never closed/, (line) => withBracket(line, '[', ']')],
  [/TabError: inconsistent use of tabs and spaces/, withoutTabs],
  [/IndentationError: unexpected indent/, (line, before) => likeLineBefore(line, before)],
  [/IndentationError: unindent does not match/, (line, before) => nearestIndent(line, before)],
];

/** 29: a program cannot be parsed, and its parser says which sign is missing, or that the indentation of a line is off. */
export const programSyntax: Rule = (capture) =>
  suspects(readStack(capture)).flatMap((service) => {
    const lines = logLines(service);
    const at = lines.findIndex(({ text }) => errors.some(([words]) => words.test(text)));
    if (at === -1) return [];
    const [, mend] = errors.find(([words]) => words.test(lines[at]!.text))!;
    // the newest line comes first: the place stands before the error
    const place = lines
      .slice(at)
      .map(({ text }) => tracedIn(capture, text))
      .find((one) => one !== null);
    return place === undefined ? [] : broken(service, lines[at]!, place, mend);
  });

function broken(
  { name }: CapturedService,
  said: Line,
  { file, line }: Traced,
  mend: Mended,
): Finding[] {
  const lines = file.text.split('\n');
  const own = lines[line - 1];
  if (own === undefined) return [];
  const by = mend(own.replace(/\r$/, ''), lines.slice(0, line - 1));
  if (by === null || by === own) return [];
  const start = offsetOf(file.text, line);
  const expected = own.replace(/\r$/, '');
  const operation = replaceAt(file.path, start, expected, by);
  return [
    finding(
      { class: 'config_syntax', service: name, confidence: 0.9 },
      `line ${line} of ${file.path} cannot be parsed`,
      [said.fact, lineFact(file, line)],
      { kind: 'change', operations: [operation] },
    ),
  ];
}

/** A line without the comment at its end, and that comment; a sign within a text is no comment. */
function comment(line: string): [string, string] {
  const found = /^(?<code>(?:[^#'"]|'[^']*'|"[^"]*")*?)(?<rest>\s*(?:#.*)?)$/.exec(line)?.groups;
  return found === undefined ? [line, ''] : [found['code']!, found['rest']!];
}

function withColon(line: string): string | null {
  const [code, rest] = comment(line);
  return /^\s*(?:async\s+)?(?:def|class|if|elif|else|for|while|try|except|finally|with|match|case)\b/.test(
    code,
  )
    ? `${code}:${rest}`
    : null;
}

/** The bracket before the sign that ends the statement, if exactly one is open. */
function withBracket(line: string, open: string, close: string): string | null {
  const count = (sign: string): number => line.split(sign).length - 1;
  if (count(open) !== count(close) + 1) return null;
  const [, code = line, end = ''] = /^(.*?)([;:]?\s*)$/.exec(line) ?? [];
  return code + close + end;
}

const indentOf = (line: string): string => /^[ \t]*/.exec(line)![0];
const filled = (lines: readonly string[]): string[] => lines.filter((one) => one.trim() !== '');

/** Tabs as wide as the other indentations of the file. */
function withoutTabs(line: string, before: readonly string[]): string | null {
  const unit = filled(before)
    .map(indentOf)
    .find((one) => /^ +$/.test(one));
  return unit === undefined ? null : line.replace(/^[ \t]*/, (all) => all.replaceAll('\t', unit));
}

function likeLineBefore(line: string, before: readonly string[]): string | null {
  const last = filled(before).at(-1);
  if (last === undefined || /:\s*(?:#.*)?$/.test(last)) return null;
  return indentOf(last) + line.trimStart();
}

/** The indentation of an earlier line that is one blank away, if only one is. */
function nearestIndent(line: string, before: readonly string[]): string | null {
  const own = indentOf(line).length;
  const near = [...new Set(filled(before).map((one) => indentOf(one)))].filter(
    (one) => Math.abs(one.length - own) === 1,
  );
  return near.length === 1 ? near[0]! + line.trimStart() : null;
}
