import { agentSays } from '../client/agent-says.ts';
import type { PlanStep, PlanView } from '../contracts/plan.ts';
import { cleanLine, plainText } from '../platform/clean-text.ts';
import { table } from './table.ts';
import { showDeadline, showTime } from './time.ts';

/** A text with its own lines: code that is shown on one line could hide behind a comment. */
const textLines = (name: string, text: string): string[] => [
  `       ${name}:`,
  ...text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).map((line) => plainText(`         | ${line}`)),
];

/** Parameters that are shown line by line. */
const texts = new Set(['code', 'stdin', 'diff']);

/** Formats a step's exact parameters, one per line, and code, input and changes line by line. */
const paramLines = (step: PlanStep): string[] =>
  Object.entries(step.params).flatMap(([name, value]) =>
    texts.has(name) && typeof value === 'string'
      ? textLines(name, value)
      : plainText(`       ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
  );

function stepLines(step: PlanStep): string[] {
  const after = step.depends_on.length === 0 ? '' : `, after ${step.depends_on.join(', ')}`;
  const always = step.always ? ', even if earlier steps failed' : '';
  const lines = [
    `  ${step.step_id}  ${step.type}  ${step.status}  (risk ${step.risk}${after}${always})`,
    ...paramLines(step),
    plainText(`       effect: ${step.effect}`),
    plainText(`       undo: ${step.undo ?? 'none'}`),
  ];
  if (step.error !== null)
    lines.push(plainText(`       failed [${step.error.code}]: ${step.error.detail}`));
  return lines;
}

type Approval = NonNullable<PlanView['confirmation']>['approvals'][number];

const approverText = ({ by, via }: Approval): string =>
  via === undefined ? by : `${by} in a form of its program`;

/** What an agent says comes last, so that nobody reads it instead of the steps. */
function agentLines(plan: PlanView): string[] {
  const said = agentSays(plan);
  return said === null ? [] : [`  the agent says: ${JSON.stringify(cleanLine(said))}`];
}

/** Formats everything that a decision on a plan needs: each step as it would run, its risk, its effect and its undo. */
export function planText(plan: PlanView, now = Date.now()): string {
  const { confirmation } = plan;
  return [
    plainText(`${plan.plan_id}  ${plan.status}  ${plan.action} ${plan.targets.join(', ')}`),
    plainText(
      `  requested by ${plan.actor} (${plan.source}) at ${showTime(plan.created_at, now)}${plan.reason === null || plan.source === 'mcp' ? '' : `, because ${plan.reason}`}`,
    ),
    plainText(`  risk: ${plan.risk}, ${plan.risk_because}`),
    ...(confirmation === null
      ? []
      : [
          plainText(
            `  confirmed by ${confirmation.approvals.map(approverText).join(', ') || 'nobody'} (${confirmation.approvals.length} of ${confirmation.quorum}${confirmation.no_self_approval ? ', not by the requester' : ''}), until ${showDeadline(confirmation.expires_at, now)}`,
          ),
        ]),
    ...plan.warnings.map((warning) => plainText(`  warning: ${warning}`)),
    ...plan.steps.flatMap(stepLines),
    ...agentLines(plan),
    ...(plan.error === null
      ? []
      : [plainText(`  ended with [${plan.error.code}]: ${plan.error.detail}`)]),
  ].join('\n');
}

/** Formats plans as a table, in the given order. */
export function plansTable(plans: PlanView[], now = Date.now()): string {
  if (plans.length === 0) return 'No plans. Make one with: vx11 chat "open SERVICE for 10 minutes"';
  const rows = plans.map((plan) => [
    plan.plan_id,
    plan.status,
    plan.risk,
    `${plan.action} ${plan.targets.join(',')}`.trim(),
    plan.actor,
    plan.status === 'WAITING' && plan.confirmation !== null
      ? `until ${showDeadline(plan.confirmation.expires_at, now)}`
      : showTime(plan.created_at, now),
  ]);
  return table(['PLAN', 'STATUS', 'RISK', 'WHAT', 'REQUESTED BY', 'WHEN'], rows);
}
