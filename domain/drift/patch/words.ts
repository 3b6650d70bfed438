/** What a shell would act on outside quotes, where splitting rules differ. */
const acts = /[`();&|<>]/;

/**
 * Splits a command line into words as Compose does: blanks separate, quotes keep together, a backslash outside single quotes
 * keeps the next character. @returns null if it cannot be split, or not with certainty
 */
export function wordsIn(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!;
    if (sign === '\\' && quote !== "'") {
      const next = text[(at += 1)];
      // Compose's splitter has been of two minds about \n and \t
      if (next === undefined || next === 'n' || next === 't') return null;
      word = (word ?? '') + next;
    } else if (sign === quote) quote = '';
    else if (quote !== '') word = (word ?? '') + sign;
    else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (acts.test(sign)) return null;
    else word = (word ?? '') + sign;
  }
  if (quote !== '') return null;
  return word === null ? words : [...words, word];
}
