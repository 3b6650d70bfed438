import type { CapturedFile } from '../capture.ts';
import type { CapturedService } from '../captured-service.ts';
import type { Fact } from '../finding.ts';
import { definitionOf, type Stack } from './stack.ts';
import { allLines, findLine, type Line } from './lines.ts';

/** A script of the stack that a service could not run, and the line that says so. */
export interface FailedScript {
  file: CapturedFile & { text: string };
  line: Line;
}

/** How the kernel, container runtimes and shells say that a file there cannot be run; the file is a group. */
const notFound = [
  /exec:? "?([^\s":]+)"?: no such file or directory/i,
  /(?:^|[\s/:])(?:ba|da|a|z)?sh: (?:\d+: |line \d+: )?([^\s:]+): (?:not found|cannot execute: required file not found|No such file or directory)/i,
  /([^\s:'"‘]+): (?:\/[\w/.-]+[\s\r^M]*: )?bad interpreter/i,
  /cannot execute:? required file not found|env: (?:‘|'|can't execute ')?[\w.-]+(?:\\r|\r|\^M|\?)?(?:’|')?: No such file/i,
  /exec user process caused:? "?no such file/i,
  /\$'\\r': command not found|set: (?:line \d+: )?(?:illegal option -\s*$|-\r?: invalid option)/i,
];
const denied = [
  /exec:? "?([^\s":]+)"?: permission denied/i,
  /(?:^|[\s/:])(?:ba|da|a|z)?sh: (?:\d+: |line \d+: )?([^\s:]+): Permission denied/i,
  /exec user process caused:? "?permission denied/i,
  /spawn ([^\s]+) EACCES/i,
  /PermissionError: \[Errno 13\] Permission denied: '([^']+)'/i,
];

export const missingScripts = (stack: Stack, service: CapturedService): FailedScript[] =>
  failedScripts(stack, service, notFound);
export const deniedScripts = (stack: Stack, service: CapturedService): FailedScript[] =>
  failedScripts(stack, service, denied);

function failedScripts(stack: Stack, service: CapturedService, words: RegExp[]): FailedScript[] {
  const line = words.map((word) => findLine(allLines(service), word)).find((one) => one !== null);
  if (line === undefined || line === null) return [];
  const named = line.match.slice(1).find((group) => group !== undefined);
  const files = stack.capture.files
    .filter(isText)
    .filter(({ path }) => !stack.capture.compose.files.includes(path));
  const found = files.filter(
    ({ path }) => named !== undefined && baseName(path) === baseName(named),
  );
  // the interpreter is named, not the script: it is the one of the command
  const { entrypoint, command, volumes } = definitionOf(stack, service.name);
  const run = JSON.stringify([
    entrypoint,
    command,
    service.image_config?.entrypoint,
    service.image_config?.command,
  ]);
  const ran = files.filter(
    ({ path }) =>
      isWord(run, baseName(path)) ||
      (isWord(JSON.stringify(volumes ?? []), baseName(path)) && path.endsWith('.sh')),
  );
  const chosen = named === undefined ? closest(ran, '') : closest(found, named);
  return chosen.length === 1 ? [{ file: chosen[0]!, line }] : [];
}

const isText = (file: CapturedFile): file is CapturedFile & { text: string } => file.text !== null;
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const isWord = (text: string, word: string): boolean =>
  new RegExp(`(?<![\\w.-])${RegExp.escape(word)}(?![\\w-])`).test(text);

/** Of several files with one name, those whose folder ends like that of the path in the container. */
function closest<F extends { path: string }>(files: F[], named: string): F[] {
  if (files.length < 2) return files;
  const shared = (path: string): number => {
    const [a, b] = [path.split('/').toReversed(), named.split('/').toReversed()];
    const differs = a.findIndex((part, at) => part !== b[at]);
    return differs === -1 ? a.length : differs;
  };
  const most = Math.max(...files.map(({ path }) => shared(path)));
  return files.filter(({ path }) => shared(path) === most);
}

/** The interpreter that the first line names, and where its path ends; null for none. */
export function shebangOf(
  text: string,
): { interpreter: string; program: string; end: number } | null {
  const match = /^\uFEFF?#![ \t]*((?:\/\S*\/)?env[ \t]+(?:-S[ \t]+)?)?([^\s\r]+)/.exec(text);
  if (match === null) return null;
  return {
    interpreter: `${match[1] ?? ''}${match[2]}`,
    program: baseName(match[2]!),
    end: match[0].length,
  };
}

export const firstLine = ({ path, text }: { path: string; text: string }): Fact => ({
  text: JSON.stringify(text.split('\n')[0]).slice(1, -1),
  source: { kind: 'file', path, line: 1 },
});
