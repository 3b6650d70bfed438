/** A name in a sentence that no uploaded file has, and the file that it may mean. */
export interface UnknownName {
  text: string;
  maybe: string | null;
}

export interface NamedFiles {
  /** Uploaded files, in the order of the sentence. */
  names: string[];
  unknown: UnknownName[];
  /** The sentence without the names of uploaded files, as long as it was. */
  rest: string;
}

const taken = '\0';
const endings =
  'wave?|bwf|rf64|w64|flac|mp3|mp4|m4a|ogg|oga|opus|aif[cf]?|aiff|caf|aac|wv|ape|mka|mkv|webm|wma';
/** A word that ends as files of sound do, whatever comes behind that. */
const likeFile = new RegExp(`[^.,;]\\.(${endings})(?![\\p{L}\\p{N}])`, 'iu');
const [before, after] = [
  String.raw`(?<![\p{L}\p{M}\p{N}_./\\-])`,
  String.raw`(?![\p{L}\p{M}\p{N}_/\\-]|\.[\p{L}\p{N}])`,
];
const quoted =
  /"([^"]+)"|“([^”]+)”|«([^»]+)»|`([^`]+)`|(?<![\p{L}\p{N}])['‘]([^'’]+)['’](?![\p{L}\p{N}])/dgu;
/** What stands before quoted words that are a reason, a purpose or a preset. */
const beforeOther = /\b(because|porque|reason|motivo|razon|for|para|preset)\b[\s:,]*$/;
const letters = /[\p{L}\p{N}]/u;

/** Lower case, without accents. */
export const plainText = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Whether a name could be any word of a sentence, so that it counts between quotation marks only. */
export const isPlainWord = (name: string): boolean => /^\p{L}+$/u.test(name);

/**
 * Finds the files that a sentence names. A name counts as a whole only, exactly as it was uploaded; between quotation marks it
 * may be any. What looks like the name of a file and is none, or has other letters around a name, is unknown.
 * @param files the names of all files that were uploaded
 */
export function namedFiles(text: string, files: readonly string[]): NamedFiles {
  const whole = text.normalize('NFC');
  const found: { name: string; at: number }[] = [];
  const unknown: (UnknownName & { at: number })[] = [];
  let rest = whole;
  const take = (at: number, length: number): void => {
    rest = rest.slice(0, at) + taken.repeat(length) + rest.slice(at + length);
  };
  const missing = (at: number, name: string, maybe: string | null = null): void => {
    unknown.push({ text: name, at, maybe: maybe ?? alike(name, files) });
    take(at, name.length);
  };
  const quotes = [...whole.matchAll(quoted)]
    .filter(([all]) => all !== whole.trim())
    .map((one) => {
      const [from, to] = one.indices!.slice(1).find((range) => range !== undefined)!;
      return { from, to, inside: whole.slice(from, to), said: whole.slice(0, one.index) };
    });
  for (const { from, inside } of quotes) {
    if (!files.includes(inside)) continue;
    found.push({ name: inside, at: from });
    take(from, inside.length);
  }
  const words = files
    .filter((name) => !isPlainWord(name))
    .toSorted((one, other) => other.length - one.length);
  for (const [flags, isExact] of [
    ['gu', true],
    ['giu', false],
  ] as const)
    for (const name of words)
      for (const { 0: said, index } of rest.matchAll(
        new RegExp(before + RegExp.escape(name) + after, flags),
      )) {
        if (!isExact) missing(index, said, name);
        else {
          found.push({ name, at: index });
          take(index, name.length);
        }
      }
  for (const { from, to, inside, said } of quotes) {
    const own = rest.slice(from, to);
    if (own.trim() === '' || !letters.test(own)) continue;
    const isName = likeFile.test(inside) || alike(inside, files) !== null || own.includes(taken);
    if (isName || !beforeOther.test(plainText(said))) missing(from, inside);
  }
  for (const { 0: word, index } of rest.matchAll(/\S+/g)) {
    const parts = [...word.matchAll(/[^,;\0]+/g)].map((part) => ({
      at: index + part.index,
      name: part[0].replaceAll(/^[^\p{L}\p{N}_./\\-]+|[^\p{L}\p{N}]+$/gu, ''),
      from: part[0],
    }));
    const odd = parts.filter(({ name }) => likeFile.test(name));
    for (const { at, name, from } of odd) missing(at + from.indexOf(name), name);
    const left = parts.some(({ name, from }) => letters.test(name) && !/^['’]s\P{L}*$/u.test(from));
    if (odd.length === 0 && left && word.includes(taken))
      missing(index, whole.slice(index, index + word.length));
  }
  const inOrder = found.toSorted((one, other) => one.at - other.at).map(({ name }) => name);
  return {
    names: [...new Set(inOrder)],
    unknown: unknown
      .toSorted((one, other) => one.at - other.at)
      .map(({ text: name, maybe }) => ({ text: name, maybe })),
    rest: rest.replaceAll(taken, ' '),
  };
}

/** The one file that a name may mean: with other accents or another case, or with its ending left out. */
function alike(name: string, files: readonly string[]): string | null {
  const plain = plainText(name);
  const same = files.filter(
    (file) => plainText(file) === plain || plainText(file.replace(/\.\w+$/, '')) === plain,
  );
  return same.length === 1 ? same[0]! : null;
}
