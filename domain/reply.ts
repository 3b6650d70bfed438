import type { Intent } from '../contracts/intent.ts';
import type { PlanStep, PlanView } from '../contracts/plan.ts';
import type { HealthState, ServiceTier } from '../contracts/service.ts';

/** How one service is, as far as an answer tells it. */
export interface ServiceFact {
  name: string;
  host: string;
  tier: ServiceTier;
  state: string;
  health: HealthState;
  reason: string | null;
  until: string | null;
}

export const helpText =
  'Say what you want in a sentence. For example: "open web for 20 minutes because demo", "close web", ' +
  '"status", "restart web", "run `uptime`". What interrupts or takes something away waits for your confirmation.';

export const talkText = `I open services for a while and put them to sleep again. ${helpText}`;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** How things are, in a few sentences. */
export function statusText(services: readonly ServiceFact[], named: readonly string[]): string {
  const lacking = named.filter((name) => !services.some((service) => service.name === name));
  const unknown = lacking.length === 0 ? '' : ` ${lacking.join(', ')}: in no compose file.`;
  if (services.length === 0) return `No service is known yet.${unknown}`;
  const up = services.filter(({ health }) => health !== 'off_by_policy');
  const asleep = services.length - up.length;
  const shown = up.slice(0, 20).map(factText).join('; ');
  const rest = asleep === 0 ? '' : ` ${plural(asleep, 'service')} asleep by policy`;
  const names =
    named.length > 0 && asleep > 0
      ? ` (${services
          .filter(({ health }) => health === 'off_by_policy')
          .map(({ name }) => name)
          .join(', ')})`
      : '';
  return `${up.length === 0 ? 'Nothing runs in a window.' : `${shown}.`}${rest}${rest === '' ? '' : `${names}.`}${unknown}`.trim();
}

const factText = ({ name, health, reason, until }: ServiceFact): string =>
  [
    name,
    health === 'ok' ? 'is up' : `is ${health}`,
    reason === null ? '' : `(${reason})`,
    until === null ? '' : `until ${until}`,
  ]
    .filter(Boolean)
    .join(' ');

/** What is said of a plan at this moment. */
export function replyTo(intent: Intent, plan: PlanView): string {
  const doing = plan.steps.map(stepText).join('; ');
  switch (plan.status) {
    case 'WAITING': {
      const { quorum, no_self_approval, expires_at } = plan.confirmation!;
      const who =
        quorum > 1
          ? `${quorum} people have to`
          : no_self_approval
            ? 'Another person has to'
            : 'You have to';
      return `This is of ${plan.risk} risk: ${plan.risk_because}. ${who} confirm it until ${expires_at}: ${doing}.`;
    }
    case 'DONE':
      return (
        plan.steps
          .map((step) => resultText(intent, step))
          .filter(Boolean)
          .join(' ') || 'Done.'
      );
    case 'PENDING':
    case 'RUNNING':
      return `It is under way as ${plan.plan_id}: ${doing}.`;
    case 'REJECTED':
      return `${plan.plan_id} was rejected; nothing was done.`;
    case 'CANCELLED':
      return `${plan.plan_id} was cancelled; what it did was taken back.`;
    default:
      return `That did not work. ${plan.error?.detail ?? ''}`.trim();
  }
}

/** What a plan would do, of a dry run. */
export const dryText = ({ steps, risk, risk_because }: PlanView): string =>
  `This is what would be done, at ${risk} risk (${risk_because}): ${steps.map(stepText).join('; ')}. Nothing was done.`;

export const stepText = ({ step_id, type, effect }: PlanStep): string =>
  `${step_id} ${type}: ${effect}`;

function resultText(intent: Intent, step: PlanStep): string {
  const { result } = step;
  switch (step.type) {
    case 'NOOP':
      return intent.action === 'help'
        ? helpText
        : intent.action === 'chat'
          ? talkText
          : step.params.message;
    case 'SYSTEM_HEALTHCHECK':
      return statusText((result?.['services'] ?? []) as ServiceFact[], step.params.services);
    case 'OPEN_WINDOW': {
      const until = result?.['expires_at'];
      const failed = (result?.['services_failed'] ?? []) as { service: string; detail: string }[];
      const lost = failed
        .map(({ service, detail }) => `${service} did not come up: ${detail}`)
        .join('; ');
      const end = typeof until === 'string' ? `until ${until}` : 'without an end';
      return `${step.params.services.join(', ')} is open ${end} (${textOf(result?.['window_id'])}).${lost === '' ? '' : ` ${lost}.`}`;
    }
    case 'CLOSE_WINDOW':
      return step.always ? '' : `Closed: ${step.effect}.`;
    case 'SPAWN':
      return `The task ran as ${textOf(result?.['spawn_id'])}.`;
    default:
      return `${step.type} is done.`;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : 'unknown');
