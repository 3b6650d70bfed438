import { placeholdersOf } from '../../../domain/checks/condition.ts';
import { masked, secretsOf } from '../../../domain/checks/secrets.ts';
import { evaluate, valueOf, type Facts } from '../../../domain/checks/evaluate.ts';
import type { Check } from '../../../domain/checks/suite.ts';
import type { Fault } from './faults.ts';
import type { Probed } from './messages.ts';

/** The most characters of what was seen that a result keeps. */
export const mostEvidence = 4096;

/** A text in which control characters, but for line breaks and tabs, are replaced. */
export const printable = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');

/** What one try saw besides its facts. */
export interface Judged {
  /** Why there is no answer; `late` if the time limit ended it. */
  fault: (Fault & { late: boolean }) | null;
  evidence: string | null;
  /** What explains a condition that does not hold. */
  note?: string | undefined;
}

/** Decides a try by the conditions of its check, and takes what later checks of the suite need. No secret is in the result. */
export function judged(
  check: Check,
  facts: Facts,
  { fault, evidence, note }: Judged,
): Omit<Probed, 'ms'> {
  const shown = (text: string | null): string | null =>
    text === null ? null : masked(text, secretsOf(check)).slice(0, mostEvidence);
  const result = verdictOf(check, facts, fault, note);
  const { values, missing } =
    result.status === 'passed' ? storedBy(check, facts) : { values: {}, missing: null };
  const seen = { evidence: shown(evidence), stored: values };
  if (missing !== null) {
    const detail = `store: there is no ${missing}`;
    return { ...seen, status: 'failed', cause: 'store_failed', detail };
  }
  return { ...seen, ...result, detail: shown(result.detail) };
}

/** A check may want a target that is away: then its conditions hold without an answer. */
function verdictOf(
  check: Check,
  facts: Facts,
  fault: Judged['fault'],
  note: Judged['note'],
): Pick<Probed, 'status' | 'cause' | 'detail'> {
  const verdicts = check.conditions.map((condition) =>
    evaluate(condition, facts, secretsOf(check)),
  );
  const broken = verdicts.filter(({ holds }) => !holds).map(({ shown }) => shown);
  // without an answer, only a check that asks for that may pass
  const asksForNone = check.conditions
    .flatMap(placeholdersOf)
    .some(({ name }) => name === 'CONNECTED');
  if (broken.length === 0 && (fault === null || asksForNone))
    return { status: 'passed', cause: null, detail: null };
  if (fault !== null) {
    const { cause, detail } = fault;
    return { status: fault.late ? 'timeout' : 'failed', cause, detail };
  }
  return {
    status: 'failed',
    cause: 'condition',
    detail: [...broken, note ?? []].flat().join('; '),
  };
}

function storedBy(
  check: Check,
  facts: Facts,
): { values: Record<string, string>; missing: string | null } {
  const values: Record<string, string> = {};
  for (const [key, placeholder] of Object.entries(check.store)) {
    const value = valueOf(placeholder, facts);
    if (value === undefined) return { values: {}, missing: placeholder.source };
    values[key] = (typeof value === 'string' ? value : JSON.stringify(value)).slice(
      0,
      mostEvidence,
    );
  }
  return { values, missing: null };
}
