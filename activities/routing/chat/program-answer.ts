import type { CliProgramName } from '../../../contracts/provider.ts';
import { faultKind, lastLine } from '../../../domain/routing/cli/fault.ts';
import { cliPrograms, notInstalled } from '../../../domain/routing/cli/programs.ts';
import type { ProgramOutcome } from '../state/program-outcome.ts';
import type { ProgramAnswer } from '../wire/program.ts';

/** What a shell answers for a program that is not there. */
const notFound = 127;

/** The answer of a program from what its task printed, or why there is none: in the words of the program, if it has any. */
export function answerOf(
  name: CliProgramName,
  { printed, exit_code, why, more, ms }: ProgramOutcome,
): ProgramAnswer {
  const failed = { text: null, usage: null, ms };
  if (printed === null) return { ...failed, why, kind: 'failed' };
  if (exit_code === notFound) {
    // also what a program answers that lacks a library
    const said = lastLine(printed.stderr)?.message;
    const missing = notInstalled(name) + (said === undefined ? '' : ` (${said})`);
    return { ...failed, why: missing, kind: 'failed' };
  }
  const { text, usage, fault } = cliPrograms[name].read(printed);
  if (why === null && text !== null) return { text, usage, why: null, kind: null, ms };
  const said = fault ?? (why === null ? null : lastLine(printed.stderr));
  const words = [why ?? `${name} printed no answer`, said?.message].filter((one) => one != null);
  return {
    ...failed,
    usage,
    why: [words.join(': '), more].filter((one) => one !== null).join('; '),
    kind: said === null ? 'failed' : faultKind(said),
  };
}
