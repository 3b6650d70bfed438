import type { ProgramCategory } from '../../contracts/programs.ts';

/** Where a program keeps what it needs to be logged in. Only their existence is ever looked at. */
export interface ProgramAuth {
  /** Names of variables; one is enough. */
  env: readonly string[];
  /** Paths below a home folder; one is enough. */
  files: readonly string[];
}

/** One name that hermes looks for, and how its version is found. */
export interface Program {
  name: string;
  category: ProgramCategory;
  /** The arguments that print its version; null if it must never be run for that. */
  args: readonly string[] | null;
  /** Why it is never run. */
  never?: string;
  /** Variables that keep it off the network, and from asking for updates. */
  env?: Readonly<Record<string, string>>;
  /** Exit codes besides 0 with which it prints its version. */
  codes?: readonly number[];
  /** The Python distribution that it belongs to. */
  dist?: string;
  /** A file with its version, relative to the folder of the program itself. */
  beside?: string;
  /** False if the package that has its file has a version of its own, as that of a wrapper. */
  packaged?: false;
  auth?: ProgramAuth;
}

type Quirks = Omit<Program, 'name' | 'category' | 'args'>;

/** `name`, or `name: arguments`; with `name: -` it is never run. Default: `--version`. */
export type ProgramRow = string | readonly [line: string, quirks: Quirks];

/** Reads the rows of a category. */
export const programsOf = (category: ProgramCategory, rows: readonly ProgramRow[]): Program[] =>
  rows.map((row) => {
    const [line, quirks] = typeof row === 'string' ? [row, {}] : row;
    const [name = '', words = '--version'] = line.split(': ');
    return { name, category, args: words === '-' ? null : words.split(' '), ...quirks };
  });

export const authOf = (env: readonly string[], ...files: string[]): { auth: ProgramAuth } => ({
  auth: { env, files },
});

/** Why programs are never run that take longer for their version than hermes waits. */
export const slow = { never: 'it takes longer for its version than hermes waits' };

/** A name that older versions looked for, and that no known program has: nobody knows what it would do. */
export const nameless = { never: 'no known program has this name' };
