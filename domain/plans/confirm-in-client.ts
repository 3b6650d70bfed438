import type { PlanView, StepType } from '../../contracts/plan.ts';

/** The service whose window lets agents in. */
export const agentsDoor = 'mcp';

type Decision = { allow: true } | { allow: false; because: string };

const no = (because: string): Decision => ({ allow: false, because });

/** The steps whose effect says everything that they do. Others have code, a text or a change, which a form does not show. */
const saidWhole: ReadonlySet<StepType> = new Set([
  'OPEN_WINDOW',
  'EXTEND_WINDOW',
  'CLOSE_WINDOW',
  'RESTART_SERVICE',
  'RUN_CHECKS',
  'SYSTEM_HEALTHCHECK',
  'WAIT',
  'NOOP',
]);

/**
 * Whether what was typed into a form of an agent's host may confirm this plan, if an admin allowed that for the token. The
 * form shows VX11's own words only, so a plan with more in it is left to the command line and the web UI, and so is the door
 * itself.
 */
export function mayConfirmInClient(plan: PlanView): Decision {
  if (plan.source !== 'mcp') return no('it is not a plan of an agent');
  if (plan.risk === 'HIGH') return no('its risk is HIGH');
  if (plan.confirmation?.quorum !== 1) return no('more than one person has to confirm it');
  if (plan.steps.some(({ type }) => !saidWhole.has(type)))
    return no('a form does not show everything that it does');
  const letsIn = plan.steps.some(
    (step) => 'services' in step.params && step.params.services?.includes(agentsDoor) === true,
  );
  return letsIn ? no('it is about who lets agents in') : { allow: true };
}

/** What a person types to agree: nothing that a default or a habit fills in. */
export const wordsFor = ({ plan_id }: Pick<PlanView, 'plan_id'>): string => plan_id.slice(-6);
