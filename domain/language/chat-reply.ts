import type { Intent, Language } from '../../contracts/intent.ts';
import type { PlanStep, PlanView } from '../../contracts/plan.ts';
import type { ServiceFailure } from '../../contracts/window.ts';
import type { HealthState, ServiceTier } from '../../contracts/service.ts';
import {
  nameWarning,
  severalWarning,
  timeWarning,
  negatedWarning,
  unknownOrderWarning,
} from './parse-intent.ts';
import { roleOf } from '../plans/planning-context.ts';
import { undoneOf } from '../plans/plan-state.ts';
import { planTextsOf } from '../plans/plan-languages.ts';
import { english } from './reply-english.ts';
import type { Agreement, Sentences } from './reply-sentences.ts';
import { spanish } from './reply-spanish.ts';

/** The properties of a service that an answer shows. */
export interface ServiceFact {
  name: string;
  host: string;
  tier: ServiceTier;
  state: string;
  health: HealthState;
  reason: string | null;
  until: string | null;
}

const languages: Record<Language, Sentences> = { en: english, es: spanish };

/** The reply texts in a language. */
export const sentencesOf = (language: Language): Sentences => languages[language];

const mostShown = 20;

/** The status of services, in a few sentences. */
export function statusText(
  services: readonly ServiceFact[],
  named: readonly string[],
  language: Language,
): string {
  const say = sentencesOf(language);
  const lacking = named.filter((name) => !services.some((service) => service.name === name));
  const unknown = lacking.length === 0 ? '' : say.inNoFile(lacking.join(', '));
  const nameOf = ({ name, host }: ServiceFact): string =>
    services.some((other) => other.name === name && other.host !== host)
      ? say.onHost(name, host)
      : name;
  const up = services.filter(({ health }) => health !== 'off_by_policy');
  const asleep = services.filter(({ health }) => health === 'off_by_policy');
  const shown = up
    .slice(0, mostShown)
    .map((one) => say.service(nameOf(one), one.health, one.reason, one.until))
    .join('; ');
  const names = named.length > 0 ? asleep.map(nameOf).join(', ') : '';
  const sentences =
    services.length === 0
      ? [say.noServiceKnown]
      : [
          up.length === 0 ? say.nothingRuns : `${shown}.`,
          asleep.length === 0 ? '' : say.asleep(asleep.length, names),
        ];
  return [...sentences, unknown].filter(Boolean).join(' ');
}

const agreementOf = ({
  quorum,
  no_self_approval,
}: NonNullable<PlanView['confirmation']>): Agreement => {
  if (quorum > 1) return { kind: 'several', count: quorum };
  return { kind: no_self_approval ? 'another' : 'you' };
};

/** The reply about a plan in its current state, in the language of the request. */
export function replyTo(intent: Intent, plan: PlanView): string {
  const say = sentencesOf(intent.language);
  const doing = stepsText(plan);
  switch (plan.status) {
    case 'WAITING': {
      const { risk, risk_because, confirmation } = plan;
      const { expires_at } = confirmation!;
      return say.waits(risk, risk_because, agreementOf(confirmation!), expires_at, doing);
    }
    case 'DONE':
      return (
        plan.steps
          .map((step) => resultText(intent, step))
          .filter(Boolean)
          .join(' ') || say.done
      );
    case 'PENDING':
    case 'RUNNING':
      return say.underWay(plan.plan_id, doing);
    case 'REJECTED':
      return say.rejected(plan.plan_id);
    case 'CANCELLED':
      return say.cancelled(plan.plan_id, undoneOf(plan.steps));
    default:
      return say.failed(failureText(plan, say));
  }
}

/** Why a plan failed: the language's text for the error code if it has one, otherwise the error's own detail. */
function failureText({ error, steps, targets }: PlanView, say: Sentences): string {
  if (error === null) return '';
  const broken = steps.find((step) => step.error?.code === error.code);
  // a planning error, or a plan that never started, already has its detail in the language
  if (broken === undefined && error.code !== 'temporal_unavailable') return error.detail;
  const service = targets.join(', ');
  const role = broken === undefined ? '' : (roleOf(broken.type) ?? service);
  const text = say.failure(error.code, { service, role });
  if (text === null) return error.detail;
  return broken === undefined ? text : `${broken.step_id}: ${text}`;
}

/** The reply to a dry run. */
export const dryText = (plan: PlanView, language: Language): string =>
  sentencesOf(language).dryRun(plan.risk, plan.risk_because, stepsText(plan));

/** The steps as text, with each effect as it is written in the plan. */
const stepsText = ({ steps }: PlanView): string =>
  steps.map(({ step_id, type, effect }) => `${step_id} ${type}: ${effect}`).join('; ');

function resultText(intent: Intent, step: PlanStep): string {
  const say = sentencesOf(intent.language);
  const { result } = step;
  const textOf = (value: unknown): string => (typeof value === 'string' ? value : say.unknown);
  switch (step.type) {
    case 'NOOP':
      return noopText(intent, step.params.message);
    case 'SYSTEM_HEALTHCHECK': {
      const services = (result?.['services'] ?? []) as ServiceFact[];
      return statusText(services, step.params.services, intent.language);
    }
    case 'OPEN_WINDOW': {
      const until = result?.['expires_at'];
      const failed = (result?.['services_failed'] ?? []) as ServiceFailure[];
      const lost = failed
        .map(({ service, error, detail }) =>
          say.notUp(service, say.failure(error, { service, role: '' }) ?? detail),
        )
        .join('; ');
      const { services, host } = step.params;
      const names = services.join(', ');
      const opened = say.opened(
        intent.hosts.length > 0 ? say.onHost(names, host) : names,
        typeof until === 'string' ? until : null,
        textOf(result?.['window_id']),
      );
      return lost === '' ? opened : `${opened} ${lost}.`;
    }
    case 'EXTEND_WINDOW': {
      const until = result?.['expires_at'];
      const names = step.params.services.join(', ');
      const last = typeof until === 'string' ? until : null;
      return say.extended(names, last, result?.['clamped'] === true);
    }
    case 'CLOSE_WINDOW':
      return step.always ? '' : say.closed(step.effect);
    case 'RESTART_SERVICE':
      return say.restarted(step.params.service);
    case 'RUN_CHECKS':
      return say.checked(textOf(result?.['verdict']));
    case 'SPAWN':
      return say.taskRan(textOf(result?.['spawn_id']));
    default:
      return say.stepDone(step.type);
  }
}

/** The reply to an intent that changes nothing. */
function noopText(intent: Intent, message: string): string {
  const { action, targets, language } = intent;
  const say = sentencesOf(language);
  switch (action) {
    case 'help':
      return say.help;
    case 'chat':
      return talkText(intent);
    case 'close_window':
      return planTextsOf(language).noWindow(targets.join(', '));
    case 'delete':
      return planTextsOf(language).deletesNothing;
    default:
      return message;
  }
}

/** The reply to an intent that was not carried out, with the reason if there is one. */
export function talkText(intent: Intent): string {
  const { targets, language, warnings, ttl_seconds, candidates } = intent;
  const say = sentencesOf(language);
  const names = targets.join(language === 'es' ? ' y ' : ' and ');
  const texts: Record<string, () => string> = {
    [severalWarning]: () => say.oneAtATime,
    [negatedWarning]: () => say.sayItPlainly,
    [nameWarning]: () => say.whichService(candidates ?? []),
    [timeWarning]: () => say.whichTime(names),
    [unknownOrderWarning]: () => say.whichOrder(names, ttl_seconds),
  };
  const why = warnings.find((one) => texts[one] !== undefined);
  return why === undefined ? say.talk : texts[why]!();
}
