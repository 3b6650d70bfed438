import type { Capture, CapturedFile } from '../capture.ts';
import { isTest } from '../weakening/files.ts';
import { baseName } from './scripts.ts';

export type Text = CapturedFile & { text: string };

const code = /\.(?:py|[cm]?js|sh|bash)$/;

/** The programs of a stack that a repair may change. */
export const codeFiles = ({ files }: Capture): Text[] =>
  files.filter(
    (file): file is Text =>
      file.text !== null &&
      !isTest(file.path) &&
      !/(?:^|\/)(?:node_modules|vendor)\//.test(file.path) &&
      (code.test(file.path) || /^#!.*\b(?:ba|da|a)?sh\b/.test(file.text)),
  );

/** A place in a program that an interpreter names. */
export interface Traced {
  file: Text;
  /** From 1. */
  line: number;
}

const places: readonly RegExp[] = [
  /File "(?<path>[^"]+)", line (?<line>\d+)/,
  /(?:^|[\s(])(?:file:\/\/)?(?<path>\/[^\s():]+\.[cm]?js):(?<line>\d+)/,
  // of dash and bash, and of BusyBox, which names its own command first
  /(?:^|\s)(?<path>[^\s:]+\.(?:sh|bash)): (?:[\w[]+: )?(?:line )?(?<line>\d+):/,
];

/** The place that a line of output names; null for none, and for one that is no program of the stack. */
export function tracedIn(capture: Capture, text: string): Traced | null {
  const found = places.map((one) => one.exec(text)?.groups).find((one) => one !== undefined);
  if (found === undefined) return null;
  const path = found['path']!;
  const named = codeFiles(capture).filter((file) => baseName(file.path) === baseName(path));
  const exact = named.filter((file) => path.endsWith(`/${file.path}`) || path === file.path);
  // the code of a task itself, which is no file of the stack
  const isCode = /^\/task\/main\.(?:py|js|sh)$/.test(path);
  const [file, ...others] = exact.length > 0 || isCode ? exact : named;
  return file === undefined || others.length > 0 ? null : { file, line: Number(found['line']) };
}

/** The start of a line's text in a file; lines count from 1. */
export const offsetOf = (text: string, line: number): number =>
  text
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, one) => sum + one.length + 1, 0);
