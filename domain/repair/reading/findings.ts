import type { Operation } from '../../patches/edit.ts';
import type { Fact, Finding, Fix } from '../finding.ts';
import type { FaultClass } from '../fault-classes.ts';

/** A finding of a rule. */
export const finding = (
  of: { class: FaultClass; service: string | null; confidence: number; guesses?: string[] },
  cause: string,
  facts: readonly Fact[],
  fix: Fix,
): Finding => ({ guesses: [], ...of, by: 'rule', cause, facts: [...facts], fix });

/** A change, or what a person has to decide where it cannot be written. */
export function change(operations: readonly (Operation | null)[], otherwise: string): Fix {
  const written = operations.filter((one) => one !== null);
  return written.length === operations.length && written.length > 0
    ? { kind: 'change', operations: written }
    : { kind: 'needs_value', what: otherwise };
}
