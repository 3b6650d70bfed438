import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  answerOf,
  findingKey,
  mayAsk,
  type FoundProgram,
  type ProgramAnswer,
} from '../../domain/programs/finding.ts';
import type { Program } from '../../domain/programs/program.ts';
import { cleanText } from '../../platform/clean-text.ts';
import { createBoundedRound } from '../../platform/concurrency/bounded-round.ts';
import { runLimited } from '../../platform/run-limited.ts';

/** The limits of asking programs for their versions. */
export const askLimits = {
  atOnce: 4,
  oneMs: 2000,
  /** Of a whole pass, together with the time in which the last ones are ended. */
  passMs: 29_000,
  maxBytes: 64 * 1024,
};

/** Every program is asked with these: English, without colours, and as where nobody watches. */
const plainly = { LC_ALL: 'C', NO_COLOR: '1', CI: '1', TERM: 'dumb' };

/**
 * Asks programs for their versions, at most 4 at a time, and ends each with all that it started. Leaves out programs that the
 * table does not allow to be asked, and those that had no turn in the time of a pass.
 * @param path the value of PATH for them
 * @returns answers by `findingKey`
 */
export async function askPrograms(
  found: readonly FoundProgram[],
  table: ReadonlyMap<string, Program>,
  { path, signal }: { path: string; signal: AbortSignal },
  limits = askLimits,
): Promise<Record<string, ProgramAnswer>> {
  const answers: Record<string, ProgramAnswer> = {};
  const over = new AbortController();
  const either = AbortSignal.any([over.signal, signal]);
  const running = new Set<Promise<void>>();
  const ask = async (one: FoundProgram): Promise<void> => {
    const program = table.get(one.name);
    const may = program === undefined ? null : mayAsk(program, one.root);
    if (program === undefined || may?.allow !== true) return;
    const answer = await askOne(program, one.path, may.args, { path, signal: either }, limits);
    if (answer !== null) answers[findingKey(one)] = answer;
  };
  const round = createBoundedRound<FoundProgram>(
    { atOnce: limits.atOnce, ms: limits.passMs },
    findingKey,
  );
  await round(found, async (one) => {
    if (either.aborted) return;
    const work = ask(one);
    running.add(work);
    await work.finally(() => running.delete(work));
  });
  over.abort();
  await Promise.allSettled(running);
  return answers;
}

/** Null if it was ended before it could answer. */
async function askOne(
  program: Program,
  file: string,
  args: readonly string[],
  { path, signal }: { path: string; signal: AbortSignal },
  { oneMs, maxBytes }: Pick<typeof askLimits, 'oneMs' | 'maxBytes'>,
): Promise<ProgramAnswer | null> {
  const home = await mkdtemp(join(tmpdir(), 'vx11-ask-'));
  try {
    const env = { ...plainly, ...program.env, PATH: path, HOME: home };
    const limits = { args, cwd: '/', env, mark: 'HOME', ms: oneMs, maxBytes, signal };
    const run = await runLimited(file, limits);
    if (run.end === 'stopped') return null;
    const stdout = cleanText(run.stdout).text;
    const stderr = cleanText(run.stderr).text;
    return answerOf(program, { ...run, stdout, stderr }, oneMs);
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}
