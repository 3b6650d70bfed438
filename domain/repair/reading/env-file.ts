import type { CapturedFile } from '../capture.ts';

/** One assignment of an env file, and the range of its value without quotes. */
export interface Assignment {
  key: string;
  value: string;
  /** From 1. */
  line: number;
  start: number;
  end: number;
}

const assignment =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(?:"([^"\r\n]*)"|'([^'\r\n]*)'|((?:[^\s#]|(?<=\S)#|[ \t]+(?=[^\s#]))*))/gm;

export const isEnvFile = ({ path }: CapturedFile): boolean =>
  /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env(?:\.[\w-]+)?|env\.(?:example|sample|template|dist))$/.test(
    path,
  );

/** An env file that shows what to set, and is not read by anything. */
export const isExample = ({ path }: CapturedFile): boolean =>
  /example|sample|template|\.dist\b|default/i.test(path);

export function assignmentsOf(text: string): Assignment[] {
  return [...text.matchAll(assignment)].map((match) => {
    const [whole, key, double, single, plain] = match;
    const value = double ?? single ?? plain ?? '';
    const quotes = double === undefined && single === undefined ? 0 : 1;
    const end = match.index + whole.length - quotes;
    const line = text.slice(0, match.index).split('\n').length;
    return { key: key!, value, line, start: end - value.length, end };
  });
}

/** A value that stands for one that somebody has to choose; an example may also have words for it. */
export const isPlaceholder = (value: string, inExample = true): boolean =>
  /^\s*$|^<.*>$|^\[.*\]$|change.?me|replace|your[-_ ]|(?:^|[-_ ])(?:todo|fixme|tbd|xxx+|placeholder)(?:$|[-_ ])|^x{3,}$|^\.{3}|^\*+$|insert/i.test(
    value,
  ) ||
  (inExample && /(?:^|[-_ ])(?:foo|dummy|secret|password|example|sample)(?:$|[-_ ])/i.test(value));
