import type { Capture } from './capture.ts';
import type { Finding } from './finding.ts';
import { readStack } from './reading/stack.ts';
import { suspects } from './reading/suspects.ts';

const kinds: readonly Finding['fix']['kind'][] = ['change', 'needs_value', 'advice'];

/**
 * Findings in the order in which they are tried: by distance to a red check (its own service, then those that it depends
 * on), then by certainty. What would explain another service is left out, and so is a change that is there already. A guess
 * comes after everything that is proved; where nothing is proved, it is shown and not tried.
 */
export function ranked(findings: readonly Finding[], capture: Capture): Finding[] {
  const near = suspects(readStack(capture)).map(({ name }) => name);
  const distance = ({ service }: Finding): number => (service === null ? 0 : near.indexOf(service));
  const related = findings.filter((one) => distance(one) !== -1);
  const ordered = related.toSorted(
    (a, b) =>
      Number(isGuess(a)) - Number(isGuess(b)) ||
      distance(a) - distance(b) ||
      b.confidence - a.confidence ||
      kinds.indexOf(a.fix.kind) - kinds.indexOf(b.fix.kind),
  );
  const seen = new Set<string>();
  const unique = ordered.filter((one) => seen.size < seen.add(effectOf(one)).size);
  const proved = unique.some((one) => !isGuess(one));
  return proved ? unique : unique.map(untried);
}

/** Nothing that was seen speaks for it. */
const isGuess = ({ facts }: Finding): boolean => facts.length === 0;

const untried = (guess: Finding): Finding => ({
  ...guess,
  fix: { kind: 'advice', todo: `Nothing that was seen proves it: ${guess.cause}` },
});

/** Two findings with one effect are one. */
const effectOf = ({ fix, service, cause }: Finding): string =>
  JSON.stringify(fix.kind === 'change' ? fix.operations : [service, cause, fix]);

/** Services whose failure can explain a red check. */
export function blamed(capture: Capture): (service: string) => boolean {
  const names = new Set(suspects(readStack(capture)).map(({ name }) => name));
  return (service) => names.has(service);
}
