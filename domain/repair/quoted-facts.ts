import type { RepairModelAnswer } from '../../contracts/repair-answer.ts';
import type { Capture } from './capture.ts';
import type { Fact } from './finding.ts';

type Quoted = RepairModelAnswer['findings'][number]['facts'][number];

/** A shorter quote stands in any text. */
const shortest = 6;

/** The fact that a quote proves; null if it does not stand where it is said to stand. */
export function factOf(quoted: Quoted, capture: Capture): Fact | null {
  const quote = quoted.quote.trim();
  if (quote.length < shortest) return null;
  const { name } = quoted;
  switch (quoted.in) {
    case 'file': {
      const path = name.replace(/^\.\//, '');
      const lines = capture.files.find((file) => file.path === path)?.text?.split(/\r?\n/) ?? [];
      const first = quote.split(/\r?\n/)[0]!.trim();
      const at = lines.findIndex((line) => line.includes(first));
      if (at === -1 || first === '') return null;
      return { text: lines[at]!.trim(), source: { kind: 'file', path, line: at + 1 } };
    }
    case 'log': {
      const service = capture.services.find((one) => one.name === name);
      const line = service?.logs.findLast((one) => one.includes(quote));
      return line === undefined
        ? null
        : { text: line, source: { kind: 'log', service: name, line } };
    }
    case 'check': {
      const check = capture.red.find((one) => one.name === name);
      const seen = [check?.detail, check?.evidence, check?.cause, check?.url];
      return seen.some((text) => text?.includes(quote))
        ? { text: quote, source: { kind: 'check', check: name } }
        : null;
    }
    case 'engine': {
      const container = capture.services.find((one) => one.name === name)?.container;
      const seen = [container?.error, ...(container?.health_log ?? []).map(({ output }) => output)];
      return seen.some((text) => text?.includes(quote))
        ? { text: quote, source: { kind: 'engine', service: name } }
        : null;
    }
    default: {
      const { error, warnings } = capture.compose;
      return [error, ...warnings].some((text) => text?.includes(quote))
        ? { text: quote, source: { kind: 'compose' } }
        : null;
    }
  }
}

/** Lines that give orders to their reader. */
const orders =
  /\b(?:ignore|disregard|forget)\b.*\b(?:previous|above|instruction|rule)|\b(?:you (?:must|should|are)|assistant|system prompt|as an? (?:ai|model)|language model|developer mode)\b|\b(?:add|write|insert|append|put|set|replace|include|delete|remove|run|execute)\b.*\b(?:line|file|following|word|patch|diff|test|check|compose|config|yaml|to)\b/i;

/**
 * Words of logs and answers that stand in no file of the stack: of lines that give orders, every one of five letters; of
 * others, those that look like a name or a key. A text of a program under repair is data, and no source of what is
 * written.
 */
export function foreignWords(capture: Capture): Set<string> {
  const own = new Set(
    [
      ...capture.files.flatMap(({ path, text }) => [path, text ?? '']),
      JSON.stringify(capture.compose.services),
      ...capture.services.flatMap(({ name, image, programs }) => [name, image, ...programs]),
      ...capture.images,
    ].flatMap(wordsOf),
  );
  const heard = [
    ...capture.services.flatMap(({ logs, container }) => [
      ...logs,
      ...(container?.health_log ?? []).map(({ output }) => output),
    ]),
    ...capture.red.flatMap(({ evidence, detail }) => [evidence ?? '', detail ?? '']),
  ].flatMap((text) => text.split(/\r?\n/));
  const words = heard.flatMap((line) =>
    wordsOf(line).filter((word) =>
      orders.test(line)
        ? word.length >= 5
        : word.length >= 6 && /\d|[-_]|[a-z][A-Z]|^[A-Z]+$/.test(word),
    ),
  );
  return new Set(words.filter((word) => !own.has(word)));
}

export const wordsOf = (text: string): string[] => text.match(/[\p{L}\d][\p{L}\d_-]*/gu) ?? [];
