import type {
  BuilderSpecAnswer,
  BuilderSpecBody,
  PatchPlanAnswer,
  PatchPlanBody,
  ValidateDriftAnswer,
  ValidateDriftBody,
} from '../../contracts/manifestator.ts';

type Hash = (text: string) => string;
type Risk = ValidateDriftAnswer['risk'];

/** Low below the first number, high from the second on. */
const riskOf = (count: number, mid: number, high: number): Risk =>
  count < mid ? 'low' : count < high ? 'mid' : 'high';

/** Checks older evidence of drift: names that are both missing and extra, or named twice, say nothing. */
export function validateDrift(
  { drift_evidence: { missing, extra } }: ValidateDriftBody,
  hash: Hash,
): ValidateDriftAnswer {
  const both = missing.filter((name) => extra.includes(name));
  const twice = [missing, extra].flatMap((list) =>
    list.filter((name, at) => list.indexOf(name) !== at),
  );
  const issues = [
    ...both.map((name) => `${name} is missing and extra at once`),
    ...twice.map((name) => `${name} is named twice`),
  ];
  return {
    valid: issues.length === 0,
    issues,
    risk: riskOf(missing.length + extra.length, 1, 3),
    hash: hash(JSON.stringify([missing, extra])).slice(0, 12),
  };
}

/** What would be done about older evidence of drift. Nothing is. */
export function patchPlan(
  { drift_evidence: { missing, extra }, scope = 'local' }: PatchPlanBody,
  hash: Hash,
): PatchPlanAnswer {
  const actions = [
    ...missing.map((target) => ({
      action: 'add' as const,
      target,
      reason: 'declared, and not there',
    })),
    ...extra.map((target) => ({
      action: 'remove' as const,
      target,
      reason: 'there, and declared nowhere',
    })),
  ];
  return {
    plan_id: `patchplan-${hash(JSON.stringify([scope, actions])).slice(0, 16)}`,
    actions,
    risk: riskOf(actions.length, 3, 10),
    estimated_time_sec: 2 * actions.length,
    notes: `${scope}: a proposal; a patch of what is found now is made by POST /manifestator/patch/create`,
  };
}

/** The steps of a build that nobody carries out. */
export function builderSpec(body: BuilderSpecBody, hash: Hash): BuilderSpecAnswer {
  const { module, patchplan: plan } = body;
  const digest = hash(JSON.stringify(body));
  const { length } = plan.actions;
  return {
    builder_id: `builder-${digest.slice(16, 32)}`,
    actions: plan.actions.map(({ action, target, reason }, at) => ({
      step: at + 1,
      type: action,
      target,
      reason,
      executable: false,
    })),
    artifacts: [`${module}.patch`],
    risk: riskOf(length, 6, 11),
    estimated_time: 2 * length + 5,
    hash: digest.slice(0, 16),
  };
}
