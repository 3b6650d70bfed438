import type { ProgramFinding, ProgramRoot } from '../../contracts/programs.ts';
import type { Program } from './program.ts';
import { readVersion } from './version.ts';

/** What tells one state of a file from another: while all of it stays the same, its version does too. */
export interface FileIdentity {
  realpath: string;
  /** As text: some file systems have numbers beyond those of JavaScript. */
  inode: string;
  size: number;
  mtime_ms: number;
}

/** A finding, with what decides whether the program has to be asked for its version. */
export interface FoundProgram extends ProgramFinding {
  /** Null if there is no file at the end of its links. */
  identity: FileIdentity | null;
  /** Whether its version is what the program itself said, or did not say, in this state of its file. */
  asked: boolean;
}

/** The answer of a program to the question for its version. */
export type ProgramAnswer = Pick<ProgramFinding, 'version' | 'version_from' | 'usable' | 'reason'>;

/** How the run of a program for its version ended. */
export interface ProgramRun {
  /** The exit code; null if a signal ended it. */
  code: number | null;
  end: 'exited' | 'timeout' | 'too_much_output' | 'not_started' | 'stopped';
  stdout: string;
  stderr: string;
}

/** Whether hermes may run a program for its version. */
export type MayAsk = { allow: true; args: readonly string[] } | { allow: false; because: string };

/**
 * Programs of hermes' own image may be run, if the table has arguments for them. All others belong to somebody else, and
 * their files are only read.
 */
export function mayAsk(program: Program, root: ProgramRoot): MayAsk {
  if (root !== 'image')
    return { allow: false, because: 'only programs of its own image are run by hermes' };
  if (program.args === null) return { allow: false, because: program.never ?? 'never run' };
  return { allow: true, args: program.args };
}

const mostReason = 200;

/** What the run of a program says about it. @param limitMs how long it had */
export function answerOf(program: Program, run: ProgramRun, limitMs: number): ProgramAnswer {
  const unusable = (reason: string): ProgramAnswer => ({
    version: null,
    version_from: 'unknown',
    usable: false,
    reason: reason.slice(0, mostReason),
  });
  const first = firstLine(run.stderr) ?? firstLine(run.stdout);
  if (run.end === 'not_started') return unusable(first ?? 'it cannot be started');
  if (run.end === 'timeout')
    return unusable(`it did not tell its version within ${limitMs / 1000} s`);
  const wasRight = run.code === 0 || (program.codes ?? []).includes(run.code ?? -1);
  if (run.end === 'exited' && !wasRight) {
    if (noSuchOption.test(first ?? '')) return unknownVersion;
    return unusable(first ?? (run.code === null ? 'a signal ended it' : `exit code ${run.code}`));
  }
  const version = readVersion(run.stdout, program.name) ?? readVersion(run.stderr, program.name);
  if (version === null && run.end === 'too_much_output')
    return unusable('it printed more than a version');
  return {
    version,
    version_from: version === null ? 'unknown' : 'run',
    usable: true,
    reason: null,
  };
}

/** What programs say that work, and know no option for their version: those of BusyBox, among others. */
const noSuchOption =
  /\b(unrecognized|unknown|invalid|illegal|bad) (option|argument|flag)|: unrecognized: -|option -\S+ is ignored/i;

const unknownVersion: ProgramAnswer = {
  version: null,
  version_from: 'unknown',
  usable: true,
  reason: null,
};

const firstLine = (text: string): string | null =>
  text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '') ?? null;

const keyOf = (root: ProgramRoot, name: string, file: FileIdentity): string =>
  JSON.stringify([root, name, file.realpath, file.inode, file.size, file.mtime_ms]);

/** Gives findings whose files have not changed the answers that their programs gave before. */
export function withKnownAnswers(
  found: readonly FoundProgram[],
  known: readonly FoundProgram[],
): FoundProgram[] {
  const answers = new Map(
    known.flatMap(({ identity, asked, root, name, ...one }) =>
      identity === null || !asked ? [] : [[keyOf(root, name, identity), one] as const],
    ),
  );
  return found.map((one) => {
    if (one.identity === null || !one.usable || one.version !== null) return one;
    const before = answers.get(keyOf(one.root, one.name, one.identity));
    if (before === undefined) return one;
    const { version, version_from, usable, reason } = before;
    return { ...one, version, version_from, usable, reason, asked: true };
  });
}

/** The findings that are to be asked for their version. */
export const toAsk = (
  found: readonly FoundProgram[],
  table: ReadonlyMap<string, Program>,
): FoundProgram[] =>
  found.filter((one) => {
    const program = table.get(one.name);
    const isOpen = one.usable && one.version === null && !one.asked && one.identity !== null;
    return isOpen && program !== undefined && mayAsk(program, one.root).allow;
  });

/** Puts the answers of programs into their findings. @param answers by `root` and `name`, as `findingKey` makes them */
export const withAnswers = (
  found: readonly FoundProgram[],
  answers: Readonly<Record<string, ProgramAnswer>>,
  checked_at: string,
): FoundProgram[] =>
  found.map((one) => {
    const answer = answers[findingKey(one)];
    return answer === undefined ? one : { ...one, ...answer, asked: true, checked_at };
  });

/** Tells the findings of one host apart. */
export const findingKey = ({ root, name }: Pick<FoundProgram, 'root' | 'name'>): string =>
  `${root}/${name}`;
