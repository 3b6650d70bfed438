import type { Capture } from '../capture.ts';

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

/** The words of a text: letters, digits, `_` and `-`. */
export const wordsOf = (text: string): string[] => text.match(/[\p{L}\d][\p{L}\d_-]*/gu) ?? [];
