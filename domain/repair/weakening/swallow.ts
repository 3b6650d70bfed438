import type { PatchedFile } from '../../patches/edit.ts';
import { changedLines, type NumberedLine } from '../../patches/unified-diff.ts';
import { hidesFailure } from './shell.ts';
import { weakening, type Weakening } from './word.ts';

export const isCode = (path: string): boolean =>
  /\.(?:py|pyw|[cm]?[jt]sx?|rb|php|go|pl|lua|java|kt|rs|cs|ex|exs)$/i.test(path);
export const isShell = (file: PatchedFile): boolean =>
  /\.(?:sh|bash|ash|ksh)$/i.test(file.path) || /^#!.*\b(?:ba|da|a|k|z)?sh\b/.test(file.after.text);

/** Errors that a patch lets nobody see any more. */
export function swallowWeakenings(file: PatchedFile): Weakening[] {
  const { added, removed } = changedLines(file);
  const lines = file.after.text.split(/\r?\n/);
  const what =
    added.map((line) => swallows(file, line, lines)).find((one) => one !== null) ??
    lostErrors(file, removed, added);
  return what === null ? [] : [weakening('exception_swallowed', file.path, what)];
}

function swallows(file: PatchedFile, line: NumberedLine, lines: readonly string[]): string | null {
  if (isComment(line.text)) return null;
  if (isShell(file) || /(?:^|\/)(?:Dockerfile|Makefile|Procfile)[^/]*$/.test(file.path))
    return hidesFailure(line.text) ||
      /\|\|\s*(?:\w+=|return\s+0|echo)/.test(line.text) ||
      (/^\s*-\S/.test(line.text) && file.path.includes('Makefile'))
      ? 'a command may fail and nobody sees it'
      : null;
  if (!isCode(file.path)) return null;
  if (/\b(?:os\._exit|sys\.exit|exit|process\.exit|quit)\(\s*0?\s*\)/.test(line.text))
    return 'the program ends with 0';
  if (
    /contextlib\.suppress|suppress\(|rescue\s+(?:nil|=>)|errors\s*=\s*['"](?:ignore|replace)['"]/.test(
      line.text,
    )
  )
    return 'an exception is suppressed';
  if (
    /\.on\(\s*['"](?:uncaughtException|unhandledRejection)['"]|sys\.excepthook\s*=|set_error_handler/.test(
      line.text,
    )
  )
    return 'every error is caught';
  return pythonHandler(line, lines) ?? braceHandler(line, lines);
}

const isComment = (text: string): boolean => /^\s*(?:#(?!!)|\/\/|\*|\/\*|--\s)/.test(text);

/** An `except` that names no error, or does nothing about it. */
function pythonHandler({ line, text }: NumberedLine, lines: readonly string[]): string | null {
  const handler = /^(?<indent>\s*)except\b(?<types>[^:]*):(?<rest>.*)$/.exec(text)?.groups;
  const inside = handler === undefined ? enclosingExcept(line, lines) : null;
  if (handler === undefined && inside === null) return null;
  const at = inside ?? line - 1;
  const { indent, types, rest } = /^(?<indent>\s*)except\b(?<types>[^:]*):(?<rest>.*)$/.exec(
    lines[at]!,
  )!.groups!;
  const body = [rest!.trim(), ...blockAfter(at, indent!.length, lines)].filter(
    (one) => one !== '' && !isComment(one),
  );
  if (body.some((one) => /\braise\b|sys\.exit\(\s*[1-9]|os\._exit\(\s*[1-9]|\babort\(/.test(one)))
    return null;
  const broad = /^\s*$|\b(?:Exception|BaseException)\b/.test(types!);
  const idle = body.every((one) =>
    /^(?:pass|continue|break|\.\.\.|return\b.*|(?:print|log\w*|logging\.\w+|logger\.\w+)\(.*|\w+\s*=\s*(?:None|''|""|0|\[\]|\{\}|False|True)|(?:self\.)?send_response\(.*)$/.test(
      one,
    ),
  );
  return broad || idle ? 'an exception is caught and does not come out' : null;
}

/** The line of the `except` whose block a line is in; null if it is in none. */
function enclosingExcept(line: number, lines: readonly string[]): number | null {
  let indent = indentOf(lines[line - 1] ?? '');
  for (let at = line - 2; at >= 0 && indent > 0; at -= 1) {
    const text = lines[at]!;
    if (text.trim() === '' || indentOf(text) >= indent) continue;
    indent = indentOf(text);
    if (/^\s*except\b[^:]*:/.test(text)) return at;
  }
  return null;
}

const indentOf = (text: string): number => text.length - text.trimStart().length;

function blockAfter(at: number, indent: number, lines: readonly string[]): string[] {
  const body: string[] = [];
  for (const text of lines.slice(at + 1)) {
    if (text.trim() === '') continue;
    if (indentOf(text) <= indent) break;
    body.push(text.trim());
  }
  return body;
}

/** `catch` and `.catch(…)` without a throw, a rejection or an end of the program in it. */
function braceHandler({ line, text }: NumberedLine, lines: readonly string[]): string | null {
  const found = /\bcatch\b\s*(?:\([^)]*\))?\s*\{|\.catch\(|\.on\(\s*['"]error['"]\s*,/.exec(text);
  if (found === null) return null;
  const rest = [text.slice(found.index), ...lines.slice(line, line + 40)].join('\n');
  const body = balanced(rest, found[0].endsWith('{') ? '{' : '(');
  return /\bthrow\b|\breject\(|Promise\.reject|process\.exit\(\s*[1-9]|exitCode\s*=\s*[1-9]|\bnext\(\s*\w|emit\(\s*['"]error|\b(?:status|statusCode|writeHead)\b[^\n]*\b5\d\d\b|\bpanic\(/.test(
    body,
  )
    ? null
    : 'an exception is caught and does not come out';
}

/** From the first bracket to the one that closes it. */
function balanced(text: string, open: '{' | '('): string {
  const close = open === '{' ? '}' : ')';
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === open) depth += 1;
    if (text[at] === close) depth -= 1;
    if (text[at] === close && depth === 0) return text.slice(0, at + 1);
  }
  return text;
}

const raising =
  /\braise\b|\bthrow\b|\bassert\b|\bpanic\(|sys\.exit\(\s*[1-9]|process\.exit\(\s*[1-9]|\bexit\s+[1-9]|\babort\(|set\s+-\w*e|pipefail|raise_for_status\(|check=True/;

function lostErrors(
  file: PatchedFile,
  removed: readonly NumberedLine[],
  added: readonly NumberedLine[],
): string | null {
  if (!isCode(file.path) && !isShell(file)) return null;
  const count = (lines: readonly NumberedLine[]): number =>
    lines.filter(({ text }) => !isComment(text) && raising.test(text)).length;
  return count(removed) > count(added) ? 'an error is no longer raised' : null;
}
