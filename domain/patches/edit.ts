/** One change of a text file, by range, so that every other byte stays. */
export interface Edit {
  /** Relative to the folder of the stack, with `/`, without `..`. */
  path: string;
  /** Offsets in UTF-16 units of the file's text; equal for an insertion. */
  start: number;
  end: number;
  /** The text that stands there now; a patch whose files differ is stale. */
  expected: string;
  text: string;
}

/** One change of a patch. */
export type Operation =
  | ({ kind: 'edit' } & Edit)
  | { kind: 'create'; path: string; text: string; mode: number }
  | { kind: 'mode'; path: string; expected: number; mode: number };

/** Replaces what stands at an offset; inserts if `expected` is empty. */
export const replaceAt = (
  path: string,
  start: number,
  expected: string,
  text: string,
): Operation => ({ kind: 'edit', path, start, end: start + expected.length, expected, text });

/** A file of the stack, as text; only files that are valid UTF-8 can be changed. */
export interface SourceFile {
  path: string;
  text: string;
  /** Permission bits, such as 0o644. */
  mode: number;
}

/** A version of a file. */
export interface FileVersion {
  text: string;
  mode: number;
}

/** One file before and after a change; null where there is none. */
export interface FileChange {
  path: string;
  before: FileVersion | null;
  after: FileVersion | null;
}

/** One file before and after a patch, which removes none. */
export interface PatchedFile extends FileChange {
  after: FileVersion;
}
