import { kindOf } from '../failure/upstream-error.ts';
import type { FailureKind } from '../../../contracts/routing.ts';
import { objectIn, textIn } from '../request/loose.ts';

/** Why a program gave no answer. */
export interface ProgramFault {
  /** Of the answer that it got itself; null if it does not say. */
  status: number | null;
  message: string;
}

const statusWords = /\b(?:status|error code|API Error)\b:? ?(?:code:? ?)?([45]\d\d)\b/i;

/** An error in the words of a program, which may be the JSON that its provider sent; null if it is none. */
export function errorIn(words: unknown, status?: unknown): ProgramFault | null {
  const text = textIn(words);
  if (text === '') return null;
  const message = messageIn(text);
  const named = typeof status === 'number' ? status : Number(statusWords.exec(text)?.[1] ?? NaN);
  return { status: named >= 400 && named < 600 ? named : null, message };
}

function messageIn(text: string): string {
  try {
    const { error } = objectIn(JSON.parse(text));
    return textIn(objectIn(error)['message']) || text;
  } catch {
    return text;
  }
}

const colours = new RegExp(`${String.fromCodePoint(27)}\\[[\\d;]*m`, 'g');

/** The last line that a program printed beside its answer, which usually says why it failed. */
export function lastLine(stderr: string): ProgramFault | null {
  const lines = stderr.replaceAll(colours, '').split('\n');
  return errorIn(lines.findLast((line) => line.trim() !== '')?.trim());
}

/** The caller did not write what a program sent to its provider. */
const ofProgram: ReadonlySet<FailureKind> = new Set(['bad_request', 'lacks_capability', 'refused']);

/** What a fault means for its target: a limit, a login that does not hold, or that it failed. */
export function faultKind({ status, message }: ProgramFault): FailureKind {
  const upstream = { status, code: null, message, retry_after_ms: null, content_sent: false };
  const kind = kindOf(upstream);
  return ofProgram.has(kind) ? 'failed' : kind;
}
