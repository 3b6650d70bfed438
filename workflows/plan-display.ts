import type { PlanView } from '../contracts/plan.ts';

/** The details of a plan in Temporal's UI, in Markdown. */
export function planDetails(plan: PlanView): string {
  const lines = [
    `**${plan.status}** · ${plan.action} ${plan.targets.join(', ')}`,
    `- asked by: ${plan.actor} (${plan.source})`,
    `- risk: ${plan.risk}, because ${plan.risk_because}`,
    `- reason: ${plan.reason ?? '–'}`,
  ];
  if (plan.confirmation !== null) {
    const { approvals, quorum, expires_at } = plan.confirmation;
    const who = approvals.map(({ by }) => by).join(', ') || 'nobody yet';
    lines.push(`- confirmed by ${who} (${approvals.length} of ${quorum}), until ${expires_at}`);
  }
  for (const { step_id, type, status, effect, error } of plan.steps) {
    const why = error === null ? '' : `: ${error.code}`;
    lines.push(`- ${step_id} ${type} **${status}**${why} · ${effect}`);
  }
  return lines.join('\n');
}
