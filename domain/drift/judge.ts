import type { IgnoreRule, JudgedFinding } from '../../contracts/drift.ts';
import type { Facts } from './facts.ts';
import { kinds } from './kinds/all.ts';
import { rank } from './kinds/finding.ts';
import { cannotRestore } from './patch/draft.ts';
import { daysTo, mostDays } from './settings.ts';

/** Everything that is not as declared, worst first. */
export function judge(facts: Facts): JudgedFinding[] {
  const found = kinds.flatMap((kind) => kind(facts)).map((one) => withReason(withRule(one, facts)));
  return found.toSorted(
    (one, other) => rank[other.severity] - rank[one.severity] || (one.path < other.path ? -1 : 1),
  );
}

/** Says whether a patch can set it right, or why none can. */
function withReason(one: JudgedFinding): JudgedFinding {
  const no_patch = cannotRestore(one);
  return no_patch === null
    ? { ...one, patchable: true }
    : { ...one, evidence: { ...one.evidence, no_patch } };
}

/** An ignored one keeps its place: it is counted, and says why. */
function withRule(one: JudgedFinding, { ignore, day }: Facts): JudgedFinding {
  const rule = ignore.find((candidate) => covers(candidate, one, day));
  if (rule === undefined) return one;
  const evidence = { ...one.evidence, reason: rule.reason, until: rule.until };
  return { ...one, state: 'ignored', evidence };
}

/** A rule that ended, or that would last longer than a rule may, covers nothing. @param day `YYYY-MM-DD` */
export function covers(
  rule: IgnoreRule,
  one: Pick<JudgedFinding, 'kind' | 'path'>,
  day: string,
): boolean {
  const left = daysTo(rule.until, day);
  if (rule.kind !== one.kind || left < 0 || left > mostDays) return false;
  if (rule.path === undefined) return true;
  const parts = rule.path.split('*').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(one.path);
}
