import type { SearchReplace } from '../../../contracts/repair-answer.ts';
import { replaceAt, type Operation } from '../../patches/edit.ts';
import type { CapturedFile } from '../capture.ts';

export type Located = { ok: true; operation: Operation } | { ok: false; because: string };

/** What a captured file shows in the place of each character of a secret. */
export const maskSign = '•';

/**
 * Finds the one place of a block. Line ends and blanks at the end of a line do not count; nothing else is guessed, since
 * a block that nearly matches is of another version of the file.
 */
export function locateBlock(block: SearchReplace, files: readonly CapturedFile[]): Located {
  const path = block.file.replace(/^\.\//, '');
  const file = files.find((one) => one.path === path);
  if (block.new.includes(maskSign)) return refuse(`${path}: a masked value would be written`);
  if (block.old === '') {
    if (file !== undefined) return refuse(`${path}: it exists, so "old" must not be empty`);
    return {
      ok: true,
      operation: { kind: 'create', path, text: block.new, mode: 0o644 },
    };
  }
  if (file?.text === undefined || file.text === null)
    return refuse(`${path}: there is no such text file`);
  const { text } = file;
  const places = [placesOf(text, block.old, ''), placesOf(text, block.old, '[ \\t]*')].find(
    (found) => found.length > 0,
  );
  if (places === undefined) return refuse(`${path}: "old" does not stand in the file`);
  if (places.length > 1) return refuse(`${path}: "old" stands there ${places.length} times`);
  const [{ start, end }] = places as [Place];
  const expected = text.slice(start, end);
  if (expected.includes(maskSign)) return refuse(`${path}: the place is masked`);
  const ends = text.includes('\r\n') && !/(?<!\r)\n/.test(text) ? '\r\n' : '\n';
  const replacement = block.new.replaceAll('\r\n', '\n').replaceAll('\n', () => ends);
  if (replacement === expected) return refuse(`${path}: it changes nothing`);
  return { ok: true, operation: replaceAt(path, start, expected, replacement) };
}

interface Place {
  start: number;
  end: number;
}

const refuse = (because: string): Located => ({ ok: false, because });

/** Where a block stands, places that overlap included. @param blanks what may stand before the end of a line */
function placesOf(text: string, old: string, blanks: string): Place[] {
  const lines = old.replaceAll('\r\n', '\n').split('\n');
  const parts = lines.map((line, at) =>
    RegExp.escape(blanks === '' || at === lines.length - 1 ? line : line.trimEnd()),
  );
  const pattern = new RegExp(parts.join(`${blanks}\\r?\\n`), 'g');
  const places: Place[] = [];
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    places.push({ start: found.index, end: found.index + found[0].length });
    if (places.length === 100) break;
    pattern.lastIndex = found.index + 1;
  }
  return places;
}
